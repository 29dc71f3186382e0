package io.selfrag.embedding.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

class OutageTolerantVectorCacheTest {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final MapVectorCache cache = new MapVectorCache();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final VectorCache tolerant = new OutageTolerantVectorCache(cache, PAUSE, now::get, metrics);
  private final Logger logger = (Logger) LoggerFactory.getLogger(OutageTolerantVectorCache.class);
  private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

  @BeforeEach
  void listen() {
    logged.start();
    logger.addAppender(logged);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(logged);
  }

  @Test
  void aCacheThatIsAwayLooksEmpty() {
    tolerant.put(Map.of("key", new float[]{1f}));
    cache.away = true;

    assertThat(tolerant.get(List.of("key"))).isEmpty();
    tolerant.put(Map.of("other", new float[]{1f}));

    cache.away = false;
    now.updateAndGet(instant -> instant.plus(PAUSE));
    assertThat(tolerant.get(List.of("key", "other"))).containsOnlyKeys("key");
  }

  @Test
  void anOutageIsLoggedOnceWhenItBeginsAndOnceWhenItEnds() {
    cache.away = true;
    for (int attempt = 0; attempt < 5; attempt++) {
      tolerant.get(List.of("key"));
      now.updateAndGet(instant -> instant.plus(PAUSE));
    }
    cache.away = false;
    tolerant.get(List.of("key"));
    tolerant.get(List.of("key"));

    assertThat(logged.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.INFO);
    assertThat(metrics.counter("selfrag.embed.cache", "result", "error").count()).isEqualTo(5);
  }

  @Test
  void duringThePauseTheCacheIsLeftAlone() {
    cache.away = true;
    tolerant.get(List.of("key"));
    int calls = cache.calls;

    now.updateAndGet(instant -> instant.plus(PAUSE.minusMillis(1)));
    tolerant.get(List.of("key"));
    tolerant.put(Map.of("key", new float[]{1f}));
    assertThat(cache.calls).isEqualTo(calls);

    now.updateAndGet(instant -> instant.plusMillis(1));
    tolerant.get(List.of("key"));
    assertThat(cache.calls).isEqualTo(calls + 1);
  }
}
