/**
 * Hits of searches that were asked before, ids and scores only, so that the same question of the same reader costs no search. The
 * cache may be lost or away at any time: then work is slower and nothing else.
 */
@NullMarked
package io.selfrag.query.cache;

import org.jspecify.annotations.NullMarked;
