/**
 * The two Streams applications: their topologies, and the thin shells that read stores, apply decisions and forward what
 * follows.
 */
@NullMarked
package io.selfrag.chunker.kafka;

import org.jspecify.annotations.NullMarked;
