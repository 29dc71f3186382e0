package io.selfrag.embedding.onnx;

import io.selfrag.embedding.TokenCounter;

/** Exact token counts for those who cut text but do not embed it: loads the tokenizer (0.5 MB), not the model. */
public final class OnnxTokenCounters {
  private OnnxTokenCounters() {}

  /** The counter that {@link OnnxEmbedder} of this model uses. Load once and share. */
  public static TokenCounter load(OnnxModel model) {
    return BertTokenizer.load(model);
  }
}
