/**
 * What embedding over HTTP has in common, whatever the server's dialect: time-outs, batches, the meaning of a refusal, and
 * a token estimate where the model's tokenizer is not at hand.
 */
@NullMarked
package io.selfrag.embedding.remote;

import org.jspecify.annotations.NullMarked;
