package io.selfrag.chunker.version;

import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;

/** What cutting a text needs to know of the models that will embed it; loads no model. Safe for concurrent callers. */
public interface Models {
  /** Counts a model's tokens. */
  TokenCounter counterOf(ModelId model);

  /** The longest text that a model reads whole, in its own tokens. */
  int maxTokensOf(ModelId model);
}
