/**
 * Embeds in process with ONNX Runtime: bge-small for English and Chinese, int8, one text a run, so that a text's vector
 * depends on that text alone. The tokenizers can be had without the models.
 */
@NullMarked
package io.selfrag.embedding.onnx;

import org.jspecify.annotations.NullMarked;
