package io.selfrag.embedding.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.EmbedderContract;
import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.schemas.ErrorCode;

class InstrumentedEmbedderTest extends EmbedderContract {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @Override
  protected Embedder open() {
    return new InstrumentedEmbedder(HashingEmbedder.create(32), metrics);
  }

  @Test
  void callsAreTimedByOutcomeAndTextsAndTokensCounted() {
    Embedder embedder = open();

    embedder.embedPassages(List.of("two words", "three more words"));
    embedder.embedQuery("question");
    fails(ErrorCode.VALIDATION_ERROR, () -> embedder.embedQuery(" "));
    embedder.close();
    fails(ErrorCode.MODEL_UNAVAILABLE, () -> embedder.embedQuery("late"));

    assertThat(timed("success")).isEqualTo(2);
    assertThat(timed("user")).isEqualTo(1);
    assertThat(timed("external")).isEqualTo(1);
    assertThat(metrics.counter("selfrag.embed.texts", "provider", "hashing").count()).isEqualTo(3);
    assertThat(metrics.counter("selfrag.embed.tokens", "provider", "hashing").count()).isEqualTo(6);
  }

  private long timed(String outcome) {
    return metrics.timer("selfrag.embed.duration", "provider", "hashing", "outcome", outcome).count();
  }
}
