package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.DocumentReads;
import io.selfrag.catalog.intake.EventView;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.http.StillAllowed;
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
  private static final Duration POLL = Duration.ofMillis(500);
  private static final int MAX_LISTED = 1000;
  private static final int AT_ONCE = 100;

  private final RouteAccess access;
  private final DocumentReads documents;
  private final EventStreams streams;

  public TimelineController(RouteAccess access, DocumentReads documents, EventStreams streams) {
    this.access = access;
    this.documents = documents;
    this.streams = streams;
  }

  /** The newest steps, oldest first. All of a longer timeline are in the stream. */
  @GetMapping("/v1/documents/{id}/events")
  Mono<List<EventBody>> list(Caller caller, @PathVariable UUID id) {
    return access.document(caller, id)
        .thenMany(documents.newestEvents(caller.tenantId(), id, MAX_LISTED).map(EventBody::of)).collectList();
  }

  @LongAnswer
  @GetMapping(path = "/v1/documents/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<EventBody>> stream(Caller caller, StillAllowed allowed, @PathVariable UUID id,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable Long lastEventId) {
    var last = new AtomicLong(lastEventId == null ? 0 : lastEventId);
    var look = Flux.defer(() -> documents.events(caller.tenantId(), id, last.get(), AT_ONCE))
        .doOnNext(it -> last.set(it.seq()));
    return access.document(caller, id).thenMany(streams.answer(
        streams.follow(look, POLL, allowed, access.document(caller, id)).map(TimelineController::event)));
  }

  private static ServerSentEvent<EventBody> event(EventView it) {
    return ServerSentEvent.builder(EventBody.of(it)).id(String.valueOf(it.seq())).event(it.stage()).build();
  }
}
