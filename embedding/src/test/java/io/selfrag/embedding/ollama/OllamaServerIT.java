package io.selfrag.embedding.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.opentest4j.TestAbortedException;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.EmbedderContract;

/** The contract against a real server, when {@code OLLAMA_BASE_URL} names one. */
@Tag("external")
class OllamaServerIT extends EmbedderContract {
  private static String url = "";

  @BeforeAll
  static void requireServer() {
    String configured = System.getenv("OLLAMA_BASE_URL");
    if (configured == null || configured.isBlank()) {
      System.err.println("""
          ##########################################################################
          # SKIPPED: the embedder contract was NOT run against a real Ollama.      #
          # Set OLLAMA_BASE_URL (a server that holds bge-m3) to run it.            #
          ##########################################################################""");
      throw new TestAbortedException("OLLAMA_BASE_URL is not set: no real Ollama was tested");
    }
    url = configured;
  }

  @Override
  protected Embedder open() {
    assertThat(url).isNotBlank();
    return OllamaEmbedder.bgeM3(URI.create(url));
  }
}
