package io.selfrag.embedding.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.remote.StubModelServer;
import io.selfrag.embedding.settings.EmbeddingSettings.Provider;
import io.selfrag.schemas.SelfRagException;

class EmbeddingModelsTest {
  @Test
  void byDefaultEachLanguageHasItsModelInProcess() {
    assertThat(EmbeddingSettings.of(Provider.ONNX).modelsFor("auto"))
        .extracting(m -> m.language() + " " + m.model().key())
        .containsExactly("en onnx/bge-small-en-v1.5/384", "zh onnx/bge-small-zh-v1.5/512");
  }

  @Test
  void aModelIsOpenedOnceAndClosedWithTheRest() {
    EmbeddingModels models = new EmbeddingModels(EmbeddingSettings.of(Provider.HASHING));
    ModelId id = models.settings().modelsFor("auto").getFirst().model();
    Embedder embedder = models.of(id);

    assertThat(models.of(id)).isSameAs(embedder);
    models.close();

    assertThatThrownBy(() -> embedder.embedQuery("late")).isInstanceOf(SelfRagException.class);
  }

  @Test
  void aRemoteModelIsCalledAtTheConfiguredServer() {
    try (StubModelServer stub = new StubModelServer()) {
      ModelId ollama = new ModelId("ollama", StubModelServer.MODEL, StubModelServer.DIMENSION);
      ModelId openai = new ModelId("openai", StubModelServer.MODEL, StubModelServer.DIMENSION);
      try (
          EmbeddingModels first = new EmbeddingModels(new EmbeddingSettings("ollama", StubModelServer.MODEL,
              StubModelServer.DIMENSION, stub.url(), null, null, null, null, null));
          EmbeddingModels second = new EmbeddingModels(new EmbeddingSettings("openai", StubModelServer.MODEL,
              StubModelServer.DIMENSION, stub.url().resolve("/v1"), "sk-1", null, null, null, null))) {
        first.of(ollama).embedPassages(List.of("text"));
        second.of(openai).embedPassages(List.of("text"));

        assertThat(stub.requests()).extracting(StubModelServer.Request::path).containsExactly("/api/embed",
            "/v1/embeddings");
        assertThatThrownBy(() -> first.of(openai)).hasMessageContaining("not configured");
      }
    }
  }

  @Test
  void aWrongOrMissingValueIsNamed() {
    assertThatIllegalArgumentException().isThrownBy(
        () -> new EmbeddingSettings("magic", null, null, null, null, null, null, null, null))
        .withMessageContaining("EMBEDDING_PROVIDER");
    assertThatIllegalArgumentException().isThrownBy(
        () -> new EmbeddingSettings("openai", null, null, null, null, null, null, null, null))
        .withMessageContaining("EMBEDDING_BASE_URL");
  }

  @Test
  void anInProcessModelThatIsNamedIsTheOnlyOneAndAnUnknownOneIsRefused() {
    assertThat(onnx("bge-small-zh-v1.5", null).modelsFor("auto")).extracting(m -> m.language() + " " + m.model().key())
        .containsExactly("any onnx/bge-small-zh-v1.5/512");
    assertThat(onnx(null, 384).modelsFor("zh")).extracting(m -> m.model().model())
        .containsExactly("bge-small-en-v1.5");
    assertThatIllegalArgumentException().isThrownBy(() -> onnx("bge-m3", 1024)).withMessageContaining("EMBEDDING_MODEL")
        .withMessageContaining("bge-small-en-v1.5 (384)");
    assertThatIllegalArgumentException().isThrownBy(() -> onnx("bge-small-en-v1.5", 1024))
        .withMessageContaining("EMBEDDING_DIM");
  }

  private static EmbeddingSettings onnx(@Nullable String model, @Nullable Integer dimension) {
    return new EmbeddingSettings("onnx", model, dimension, null, null, null, null, null, null);
  }

  @Test
  void theKeyIsNeverPrinted() {
    EmbeddingSettings settings = new EmbeddingSettings("ollama", null, null, null, "sk-secret", null, null, null, null);

    assertThat(settings.toString()).doesNotContain("sk-secret");
  }
}
