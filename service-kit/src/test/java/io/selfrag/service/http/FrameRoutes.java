package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.trace.TraceContext;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Routes with which the tests ask the frame everything that a service's routes may ask of it. */
@RestController
class FrameRoutes {
  final AtomicInteger worked = new AtomicInteger();
  /** What work under an idempotency key waits for, by key. */
  final Map<String, Mono<Void>> gates = new ConcurrentHashMap<>();
  private final Idempotency idempotency;
  private final CredentialChanges changes;

  FrameRoutes(Idempotency idempotency, CredentialChanges changes) {
    this.idempotency = idempotency;
    this.changes = changes;
  }

  record Thing(@NotNull @Size(min = 1, max = 10) @Nullable String name, @Nullable Integer count, @Nullable UUID other,
      @Nullable Instant at, @Nullable List<@Valid Part> parts) {}

  record Part(@NotNull @Nullable String partName) {}

  @GetMapping("/v1/things/{id}")
  @RequiresRole(Role.READ)
  Map<String, Object> read(Caller caller, TraceContext trace, @PathVariable UUID id,
      @RequestParam(name = "page_size", defaultValue = "20") @Min(1) @Max(100) int pageSize) {
    var seen = new HashMap<String, Object>(Map.of("id", id, "page_size", pageSize, "tenant", caller.tenantId()));
    seen.put("traceparent", trace.traceparent());
    return seen;
  }

  @GetMapping("/v1/names/{name}")
  @RequiresRole(Role.READ)
  Map<String, String> named(@PathVariable String name) {
    return Map.of("name", name);
  }

  @PostMapping(path = "/v1/things", consumes = "application/json")
  @RequiresRole(Role.WRITE)
  Thing create(@Valid @RequestBody Thing thing) {
    return thing;
  }

  @DeleteMapping("/v1/things/{id}")
  @RequiresRole(Role.ADMIN)
  Mono<Void> delete(@PathVariable UUID id) {
    return Mono.empty();
  }

  @PostMapping("/v1/once")
  @RequiresRole(Role.WRITE)
  Mono<ResponseEntity<Object>> once(Caller caller, @RequestHeader(name = Idempotency.HEADER) String key,
      @RequestBody Thing thing) {
    return idempotency.repeatable(caller.keyId(), "POST once", key, () -> idempotency.hash(thing),
        gates.getOrDefault(key, Mono.empty()).then(Mono.fromSupplier(() -> {
          if ("fail".equals(thing.name())) {
            throw new IllegalStateException("planted");
          }
          return new IdempotentReply(201, Map.of("number", worked.incrementAndGet(), "secret", "s3cret"),
              Map.of("number", worked.get()), null);
        }))).map(IdempotentReply::toResponse);
  }

  @PutMapping("/v1/large")
  @RequiresRole(Role.WRITE)
  @LargeBody(LargeBody.Reading.IN_MEMORY)
  Map<String, Integer> large(@RequestBody byte[] body) {
    return Map.of("bytes", body.length);
  }

  /** Holds its body for as long as the test likes. */
  @PutMapping("/v1/held/{gate}")
  @RequiresRole(Role.WRITE)
  @LargeBody(LargeBody.Reading.IN_MEMORY)
  Mono<Map<String, Integer>> held(@PathVariable String gate, @RequestBody byte[] body) {
    return gates.getOrDefault(gate, Mono.empty()).thenReturn(Map.of("bytes", body.length));
  }

  @PutMapping("/v1/endless")
  @RequiresRole(Role.WRITE)
  @LargeBody(LargeBody.Reading.ENDLESS)
  Mono<Map<String, Long>> endless(ServerHttpRequest request) {
    return request.getBody().map(it -> {
      long length = it.readableByteCount();
      DataBufferUtils.release(it);
      return length;
    }).reduce(0L, Long::sum).map(it -> Map.of("bytes", it));
  }

  @GetMapping("/v1/bug")
  @RequiresRole(Role.READ)
  Mono<Void> bug() {
    return Mono.error(new IllegalStateException("select secret from keys -- at db-7.internal:5432"));
  }

  @GetMapping("/v1/fails/{code}")
  @RequiresRole(Role.READ)
  Mono<Void> fails(@PathVariable ErrorCode code) {
    return Mono.error(new SelfRagException(code, "planted"));
  }

  /** Has no argument that only an authenticated request could fill. */
  @GetMapping("/admin/secrets")
  Map<String, String> secrets() {
    return Map.of("secret", "for operators");
  }

  @PostMapping("/admin/revocations/{keyId}")
  Mono<Void> announce() {
    return changes.announce();
  }
}
