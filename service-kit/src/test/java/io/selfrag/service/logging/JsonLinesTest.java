package io.selfrag.service.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.trace.TraceContext;
import java.net.ConnectException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonLinesTest {
  private final LoggerContext context = new LoggerContext();
  private final JsonLines lines = new JsonLines();

  @Test
  void aLineIsOneObjectWithTheFieldsThatToolsLookFor() {
    var event = event("Retrieve \"done\"\nwell", null);
    event.addKeyValuePair(new KeyValuePair("tenant_id", "t"));
    event.addKeyValuePair(new KeyValuePair("duration_ms", 12L));
    event.addKeyValuePair(new KeyValuePair("results_count", 5));
    event.addKeyValuePair(new KeyValuePair("missing", null));
    event.addKeyValuePair(new KeyValuePair(TraceContext.REQUEST_ID, "r-1"));

    var text = lines.doLayout(event);

    assertThat(text.strip()).doesNotContain("\n");
    var line = read(text);
    assertThat(line.get("timestamp").asString()).isEqualTo("2026-01-02T03:04:05.678Z");
    assertThat(line.get("level").asString()).isEqualTo("INFO");
    assertThat(line.get("logger").asString()).isEqualTo("a.Logger");
    assertThat(line.get("message").asString()).isEqualTo("Retrieve \"done\"\nwell");
    assertThat(line.get("tenant_id").asString()).isEqualTo("t");
    assertThat(line.get("request_id").asString()).isEqualTo("r-1");
    assertThat(line.get("duration_ms").isNumber()).isTrue();
    assertThat(line.get("results_count").asInt()).isEqualTo(5);
  }

  @Test
  void aFailureKeepsItsStack() {
    lines.start();

    var line = read(lines.doLayout(event("broken", new IllegalStateException("planted"))));

    assertThat(line.get("stack").asString()).contains("IllegalStateException: planted", "JsonLinesTest");
  }

  @Test
  void anOutageIsItsCausesInOneLineUnlessTheLoggerIsAtDebug() {
    lines.start();
    var outage = new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the database cannot be reached",
        new ConnectException("Connection refused:\ndb:5432"));

    var line = read(lines.doLayout(event(Level.WARN, "request failed", outage)));

    assertThat(line.path("stack").isMissingNode()).isTrue();
    assertThat(line.get("cause").asString()).contains("SelfRagException: ", "the database cannot be reached",
        ", caused by ConnectException: Connection refused: db:5432").doesNotContain("\n");
    assertThat(read(lines.doLayout(event(Level.ERROR, "request failed", outage))).has("stack")).isTrue();
    var logger = (Logger) LoggerFactory.getLogger("a.Logger");
    logger.setLevel(Level.DEBUG);
    try {
      assertThat(read(lines.doLayout(event(Level.WARN, "request failed", outage))).has("stack")).isTrue();
    } finally {
      logger.setLevel(null);
    }
  }

  @Test
  void aBugKeepsItsStackThoughItIsAWarningOnly() {
    lines.start();

    var line = read(lines.doLayout(event(Level.WARN, "broken", new IllegalStateException("planted"))));

    assertThat(line.has("stack")).isTrue();
  }

  private LoggingEvent event(String message, @Nullable Throwable failure) {
    return event(Level.INFO, message, failure);
  }

  private LoggingEvent event(Level level, String message, @Nullable Throwable failure) {
    var event = new LoggingEvent("", context.getLogger("a.Logger"), level, message, failure, null);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    event.setMDCPropertyMap(Map.of());
    return event;
  }

  private static JsonNode read(String text) {
    return JsonMapper.shared().readTree(text);
  }
}
