/** The HTTP API as a benchmark sees it: every answer is data, a refusal and a broken connection included. */
@NullMarked
package io.selfrag.bench.api;

import org.jspecify.annotations.NullMarked;
