package io.selfrag.embedding.onnx;

import io.selfrag.embedding.TokenCounter;

/** Exact token counts for those who cut text but do not embed it: loads the tokenizer (0.5 MB), not the model. */
public final class OnnxTokenCounters {
  private OnnxTokenCounters() {}

  /** Counts what {@link OnnxEmbedder} of this model counts. Load once and share. */
  public static TokenCounter load(OnnxModel model) {
    return WordPieceCounter.load(model);
  }
}
