package io.selfrag.embedding.openai;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.remote.EstimatedTokens;
import io.selfrag.embedding.remote.RemoteEmbedder;
import io.selfrag.embedding.remote.RemoteModel;

/** Opens embedders of OpenAI or a server that speaks its {@code POST /embeddings} (vLLM, TEI, LocalAI, LM Studio, ...). */
public final class OpenAiEmbedder {
  private OpenAiEmbedder() {}

  /**
   * Any model of the server; does no I/O yet.
   *
   * @param model its base URL includes the version, such as {@code https://api.openai.com/v1}
   * @param apiKey sent as a bearer token and never logged; null where the server wants none
   * @param askForDimension sends the dimension with each request, for models that can shorten their vectors; servers that
   *     do not know the field may refuse it
   */
  public static Embedder open(RemoteModel model, @Nullable String apiKey, boolean askForDimension) {
    return RemoteEmbedder.create("openai", model, EstimatedTokens.byteLevel(), UnaryOperator.identity(), http -> {
      var builder = OpenAiEmbeddingModel.builder().httpClientBuilder(http).baseUrl(model.baseUrl().toString())
          .modelName(model.name()).maxSegmentsPerBatch(model.batchSize()).maxRetries(0);
      if (apiKey != null) {
        builder.apiKey(apiKey);
      }
      if (askForDimension) {
        builder.dimensions(model.dimension());
      }
      return builder.build();
    });
  }
}
