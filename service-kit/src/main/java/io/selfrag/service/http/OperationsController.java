package io.selfrag.service.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.selfrag.service.health.HealthReport;
import io.selfrag.service.health.HealthStatus;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What an operator's tools ask every service; needs no credential and says nothing about tenants. */
@RestController
final class OperationsController {
  private static final Set<String> PROBES = Set.of("/health", "/ready", "/metrics", "/actuator/prometheus");
  private static final String PROMETHEUS_TEXT = "text/plain;version=0.0.4;charset=utf-8";

  private final HealthReport health;
  private final PrometheusMeterRegistry meters;

  OperationsController(HealthReport health, PrometheusMeterRegistry meters) {
    this.health = health;
    this.meters = meters;
  }

  record Status(String status, @Nullable Map<String, Component> components) {}

  record Component(String status, @JsonProperty("latency_ms") long latencyMs, @Nullable String message,
      @Nullable Long lag, @JsonProperty("last_progress") @Nullable Instant lastProgress) {}

  @GetMapping("/health")
  Map<String, String> alive() {
    return Map.of("status", HealthStatus.OK.wireName());
  }

  @GetMapping("/ready")
  Mono<ResponseEntity<Status>> ready() {
    return health.ofRequired().map(it -> answer(it, it.status() != HealthStatus.DOWN));
  }

  @GetMapping("/health/detailed")
  Mono<ResponseEntity<Status>> detailed() {
    return health.ofAll().map(it -> answer(it, true));
  }

  @GetMapping(path = {"/metrics", "/actuator/prometheus"}, produces = PROMETHEUS_TEXT)
  Mono<String> metrics() {
    // Gauges may look at anything, so not on the event loop.
    return Mono.fromCallable(meters::scrape).subscribeOn(Schedulers.boundedElastic());
  }

  /** Whether this endpoint is asked so often by machines that its log lines would drown the others. */
  static boolean isProbe(String endpoint) {
    return PROBES.contains(endpoint);
  }

  private static ResponseEntity<Status> answer(HealthReport.Result result, boolean ok) {
    var components = new LinkedHashMap<String, Component>();
    result.components().forEach((name, it) -> components.put(name, new Component(it.health().status().wireName(),
        it.latency().toMillis(), it.health().message(), it.health().lag(), it.health().lastProgress())));
    return ResponseEntity.status(ok ? 200 : 503).body(new Status(result.status().wireName(), components));
  }
}
