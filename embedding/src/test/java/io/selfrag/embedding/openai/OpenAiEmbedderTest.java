package io.selfrag.embedding.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.remote.RemoteEmbedderContract;
import io.selfrag.embedding.remote.RemoteModel;
import io.selfrag.embedding.remote.StubModelServer;

class OpenAiEmbedderTest extends RemoteEmbedderContract {
  @Override
  protected Embedder open(RemoteModel model) {
    return OpenAiEmbedder.open(model, "sk-test", true);
  }

  @Override
  protected String answerWith(String vector) {
    return "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":" + vector
        + "}],\"model\":\"stub-model\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":1}}";
  }

  @Override
  protected URI baseUrl(URI server) {
    return server.resolve("/v1");
  }

  @Test
  void theRequestCarriesTheKeyAndTheDimension() {
    withServer((stub, embedder) -> {
      embedder.embedPassages(List.of("a passage"));

      assertThat(stub.requests()).singleElement().satisfies(request -> {
        assertThat(request.path()).isEqualTo("/v1/embeddings");
        assertThat(request.authorization()).isEqualTo("Bearer sk-test");
        assertThat(request.body().path("dimensions").asInt()).isEqualTo(StubModelServer.DIMENSION);
      });
    });
  }

  @Test
  void aServerWithoutAKeyGetsNoneAndNoDimensionUnlessAsked() {
    try (StubModelServer stub = new StubModelServer();
        Embedder embedder = OpenAiEmbedder.open(RemoteModel.of(stub.url().resolve("/v1"), StubModelServer.MODEL,
            StubModelServer.DIMENSION), null, false)) {
      embedder.embedPassages(List.of("a passage"));

      assertThat(stub.requests()).singleElement().satisfies(request -> {
        assertThat(request.authorization()).doesNotContain("sk-");
        assertThat(request.body().has("dimensions")).isFalse();
      });
    }
  }
}
