package io.selfrag.query.answer.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What streamed answers have in common: heartbeats, and failures that come when the status has been sent. */
final class AnswerStreams {
  private static final Logger log = LoggerFactory.getLogger(AnswerStreams.class);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private AnswerStreams() {}

  /**
   * The events as an answer, with comments that keep proxies from closing a quiet stream. When the caller goes away, the events are
   * cancelled.
   *
   * @param failure the event that says why the answer ends early
   */
  static ResponseEntity<?> answer(Flux<ServerSentEvent<Object>> events,
      Function<SelfRagException, ServerSentEvent<Object>> failure) {
    var whole = events.onErrorResume(thrown -> Mono.just(failure.apply(toCaller(thrown))));
    return ResponseEntity.ok().contentType(MediaType.TEXT_EVENT_STREAM).header("Cache-Control", "no-cache")
        .header("X-Accel-Buffering", "no").body(whole.publish(shared -> shared
            .mergeWith(heartbeats().takeUntilOther(shared.ignoreElements()))));
  }

  private static Flux<ServerSentEvent<Object>> heartbeats() {
    return Flux.interval(HEARTBEAT).onBackpressureDrop()
        .map(_ -> ServerSentEvent.builder().comment("heartbeat").build());
  }

  private static SelfRagException toCaller(Throwable thrown) {
    if (thrown instanceof SelfRagException it && it.code() != ErrorCode.INTERNAL_ERROR) {
      log.atWarn().addKeyValue("code", it.code()).setCause(it).log("an answer ended early");
      return it;
    }
    log.atError().setCause(thrown).log("an answer ended early, unexpectedly");
    return new SelfRagException(ErrorCode.INTERNAL_ERROR,
        "an unexpected error occurred; the request id finds it in the logs");
  }

  /** An event with a name. */
  static ServerSentEvent<Object> event(String name, Object data) {
    return ServerSentEvent.builder().event(name).data(data).build();
  }

  /** A failure as {@code {code, detail}}. */
  static Map<String, String> problem(SelfRagException failure) {
    return Map.of("code", failure.code().name(), "detail", failure.detail());
  }
}
