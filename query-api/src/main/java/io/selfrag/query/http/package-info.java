/** What holds for all of query-api's routes. */
@NullMarked
package io.selfrag.query.http;

import org.jspecify.annotations.NullMarked;
