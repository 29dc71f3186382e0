package io.selfrag.embedding.onnx;

import org.junit.jupiter.api.AfterAll;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.EmbedderContract;

class OnnxZhEmbedderTest extends EmbedderContract {
  private static final InferenceThreads THREADS = InferenceThreads.onePerCore();

  @AfterAll
  static void closeThreads() {
    THREADS.close();
  }

  @Override
  protected Embedder open() {
    return OnnxEmbedder.open(OnnxModel.BGE_SMALL_ZH, THREADS);
  }
}
