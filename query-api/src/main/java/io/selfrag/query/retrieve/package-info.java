/**
 * From a question to passages: plan which collections to ask, search both legs, fuse, let PostgreSQL decide what exists. Plain
 * blocking code on threads of its own; knows no Spring and no HTTP.
 */
@NullMarked
package io.selfrag.query.retrieve;

import org.jspecify.annotations.NullMarked;
