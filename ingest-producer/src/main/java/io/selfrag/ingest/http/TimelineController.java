package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.DocumentReads;
import io.selfrag.catalog.intake.EventView;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A document's timeline, also after it was deleted: as a list, or as a stream that goes on. */
@RestController
@RequiresRole(Role.READ)
public final class TimelineController {
  static final Duration HEARTBEAT = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int MAX_LISTED = 1000;
  private static final int AT_ONCE = 100;

  private final RouteAccess access;
  private final DocumentReads documents;

  public TimelineController(RouteAccess access, DocumentReads documents) {
    this.access = access;
    this.documents = documents;
  }

  @GetMapping("/v1/documents/{id}/events")
  Mono<List<EventBody>> list(Caller caller, @PathVariable UUID id) {
    return access.document(caller, id)
        .thenMany(documents.events(caller.tenantId(), id, 0, MAX_LISTED).map(EventBody::of)).collectList();
  }

  @GetMapping(path = "/v1/documents/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<EventBody>> stream(Caller caller, @PathVariable UUID id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long lastEventId) {
    return access.document(caller, id)
        .thenMany(Flux.defer(() -> follow(caller.tenantId(), id, lastEventId == null ? 0 : lastEventId)))
        .map(TimelineController::event).mergeWith(heartbeats());
  }

  private Flux<EventView> follow(UUID tenantId, UUID id, long after) {
    var last = new AtomicLong(after);
    return Flux.defer(() -> documents.events(tenantId, id, last.get(), AT_ONCE)).doOnNext(it -> last.set(it.seq()))
        .repeatWhen(done -> done.delayElements(POLL));
  }

  private static ServerSentEvent<EventBody> event(EventView it) {
    return ServerSentEvent.builder(EventBody.of(it)).id(String.valueOf(it.seq())).event(it.stage()).build();
  }

  /** Comments that keep proxies from closing a quiet stream. */
  static <T> Flux<ServerSentEvent<T>> heartbeats() {
    return Flux.interval(HEARTBEAT).onBackpressureDrop()
        .map(tick -> ServerSentEvent.<T>builder().comment("heartbeat").build());
  }
}
