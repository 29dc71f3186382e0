package io.selfrag.chunker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.chunker.Fixtures;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.KafkaClients;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.chunker.version.Overtaken;
import io.selfrag.service.kafka.Backoff;
import io.selfrag.service.trace.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which failures of a thread are worth another one; the application is built and never started. */
class StreamsApplicationTest {
  @TempDir
  static Path folder;

  private Instant now = Instant.EPOCH;
  private final StreamsApplication application = application();

  @AfterEach
  void close() {
    application.stop();
  }

  @Test
  void anOutageIsAlwaysWorthAnotherThread() {
    for (int i = 0; i < 100; i++) {
      assertThat(application.mayPass(new StreamsException(new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "away"))))
          .isTrue();
      assertThat(application.mayPass(new StreamsException(new TimeoutException("no broker")))).isTrue();
    }
  }

  @Test
  void aFullDiskUnderTheStateIsWorthAnotherThreadForAsLongAsItIsFull() {
    for (int i = 0; i < 100; i++) {
      assertThat(application.mayPass(new ProcessorStateException("Error while executing put from store state",
          new IOException("While appending to file: 000123.log: No space left on device")))).isTrue();
    }
  }

  @Test
  void S27whatStoppedForOurOwnFaultStaysStopped() {
    assertThat(application.mayPass(new StreamsException(new StreamsException(
        new BugFuse.BlownException(new IllegalStateException("bug")))))).isFalse();
    assertThat(application.mayPass(new IllegalStateException("bug"))).isFalse();
    assertThat(application.mayPass(new StreamsException(new RecordTooLargeException("too large")))).isFalse();
  }

  @Test
  void anUnknownFailureOfTheClientIsCuredAFewTimesButNotForEver() {
    for (int i = 0; i < 5; i++) {
      assertThat(application.mayPass(new StreamsException("fenced"))).isTrue();
    }
    assertThat(application.mayPass(new StreamsException("fenced"))).isFalse();

    now = now.plus(Duration.ofMinutes(11));
    assertThat(application.mayPass(new StreamsException("fenced"))).isTrue();
  }

  private StreamsApplication application() {
    InstantSource clock = () -> now;
    var health = new StageHealth("test", clock);
    var retry = new TransientRetry(Backoff.DEFAULT, Duration.ofSeconds(1), clock, _ -> {}, new Random(1), health);
    // Nothing is processed, so nothing is asked of the splitter.
    var ports = new SplitPorts(null, retry, new Overtaken(), Holds.NONE, Duration.ofHours(1), clock, health,
        new SimpleMeterRegistry(), Spans.OFF);
    var clients = new KafkaClients(KafkaSettings.of("localhost:1", "t.", 1), Fixtures.CODEC);
    return new StreamsApplication("test", SplitTopology.of(new TopicNames("t."), Fixtures.CODEC, Lane.BULK, ports),
        new StreamsSettings("t.test", 1, 0, folder, Duration.ofMillis(100)), clients, health, clock);
  }
}
