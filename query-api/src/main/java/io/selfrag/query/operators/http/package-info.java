/** The routes of operators' own credentials. */
@NullMarked
package io.selfrag.query.operators.http;

import org.jspecify.annotations.NullMarked;
