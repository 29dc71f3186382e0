/**
 * How good rankings are: measures of judged queries, and their comparison over several retrievers. Pure; the route, the benchmark
 * and the README's table go through it.
 */
@NullMarked
package io.selfrag.query.evaluate;

import org.jspecify.annotations.NullMarked;
