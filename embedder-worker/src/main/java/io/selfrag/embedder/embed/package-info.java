/**
 * From chunks to vectors: which text is embedded, how a batch is cut into pieces, how pieces share the model between lanes, and
 * who is to blame when a call fails. Knows no Kafka.
 */
@NullMarked
package io.selfrag.embedder.embed;

import org.jspecify.annotations.NullMarked;
