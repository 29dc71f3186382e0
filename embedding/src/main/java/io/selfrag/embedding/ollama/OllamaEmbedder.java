package io.selfrag.embedding.ollama;

import java.net.URI;

import dev.langchain4j.model.ollama.OllamaEmbeddingModel;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.remote.EstimatedTokens;
import io.selfrag.embedding.remote.RemoteEmbedder;
import io.selfrag.embedding.remote.RemoteModel;

/** Opens embedders of an Ollama server ({@code POST /api/embed}). */
public final class OllamaEmbedder {
  /** Multilingual, 8,192 tokens, no instructions. */
  public static final String DEFAULT_MODEL = "bge-m3";
  public static final int DEFAULT_DIMENSION = 1_024;

  private OllamaEmbedder() {}

  /** bge-m3 with the default limits. */
  public static Embedder bgeM3(URI baseUrl) {
    return open(RemoteModel.of(baseUrl, DEFAULT_MODEL, DEFAULT_DIMENSION));
  }

  /** Any model of the server; does no I/O yet. */
  public static Embedder open(RemoteModel model) {
    return RemoteEmbedder.create("ollama", model, EstimatedTokens.sentencePiece(), OllamaEmbedder::refuseToCut,
        http -> OllamaEmbeddingModel.builder().httpClientBuilder(http).baseUrl(model.baseUrl().toString())
            .modelName(model.name()).maxRetries(0).build());
  }

  /** Ollama cuts a text that is too long unless told not to, and langchain4j has no setting for it. */
  private static String refuseToCut(String json) {
    return "{\"truncate\":false," + json.substring(json.indexOf('{') + 1);
  }
}
