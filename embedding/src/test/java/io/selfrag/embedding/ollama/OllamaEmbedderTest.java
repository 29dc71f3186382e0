package io.selfrag.embedding.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.remote.RemoteEmbedderContract;
import io.selfrag.embedding.remote.RemoteModel;

class OllamaEmbedderTest extends RemoteEmbedderContract {
  @Override
  protected Embedder open(RemoteModel model) {
    return OllamaEmbedder.open(model);
  }

  @Override
  protected String answerWith(String vector) {
    return "{\"model\":\"stub-model\",\"embeddings\":[" + vector + "]}";
  }

  @Override
  protected URI baseUrl(URI server) {
    return server;
  }

  @Test
  void theRequestForbidsCutting() {
    withServer((stub, embedder) -> {
      embedder.embedPassages(List.of("a passage"));
      embedder.embedQuery("a question");

      assertThat(stub.requests()).allSatisfy(request -> {
        assertThat(request.path()).isEqualTo("/api/embed");
        assertThat(request.body().path("truncate").isBoolean()).isTrue();
        assertThat(request.body().path("truncate").asBoolean()).isFalse();
      });
      assertThat(stub.requests()).extracting(request -> request.body().path("input").get(0).asString())
          .containsExactly("a passage", "query: a question");
    });
  }
}
