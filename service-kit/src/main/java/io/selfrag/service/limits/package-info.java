/**
 * How many requests a credential may send: buckets of tokens that all replicas share in Redis, and buckets of one's own while that
 * is away.
 */
@NullMarked
package io.selfrag.service.limits;

import org.jspecify.annotations.NullMarked;
