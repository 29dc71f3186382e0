/** The routes of what operators decide while the system runs. */
@NullMarked
package io.selfrag.query.systemconfig.http;

import org.jspecify.annotations.NullMarked;
