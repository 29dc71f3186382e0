package io.selfrag.ingest.http;

import io.selfrag.ingest.waiting.OpenStreams;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.StillAllowed;
import java.time.Duration;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers that go on: looks again and again for what is new, as long as the caller may see it. */
public final class EventStreams {
  private static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private final OpenStreams streams;

  public EventStreams(OpenStreams streams) {
    this.streams = streams;
  }

  /**
   * What each look finds, then what the next one finds; ends when one says that the caller must not look any more.
   *
   * @param look a source that is subscribed to for each look
   * @param mayLook fails with what a request would be answered with
   */
  <T> Flux<T> follow(Flux<T> look, Duration period, StillAllowed allowed, Mono<?> mayLook) {
    var goesOn = allowed.check().then(mayLook).thenReturn(true).onErrorResume(SelfRagException.class,
        failure -> failure.isTransient() ? Mono.error(failure) : Mono.just(false));
    return look.repeatWhen(looks -> looks.delayElements(period).concatMap(it -> goesOn).takeWhile(it -> it));
  }

  /**
   * The events as an answer, with comments that keep proxies from closing a quiet stream. The first one comes at once: without it a
   * caller would not know before the first event that the stream is open. So whatever else there is to answer must be found out before.
   */
  <T> Flux<ServerSentEvent<T>> answer(Flux<ServerSentEvent<T>> events) {
    return streams.admit(events.publish(shared -> shared
        .mergeWith(EventStreams.<T>heartbeats().takeUntilOther(shared.ignoreElements()))));
  }

  private static <T> Flux<ServerSentEvent<T>> heartbeats() {
    return Flux.interval(Duration.ZERO, HEARTBEAT).onBackpressureDrop()
        .map(tick -> ServerSentEvent.<T>builder().comment("heartbeat").build());
  }
}
