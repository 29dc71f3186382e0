package io.selfrag.query.retrieve.http;

import io.selfrag.query.retrieve.RetrievePassages;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.RequestResults;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.vectorstore.PointFilter.Viewer;
import jakarta.validation.Valid;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** {@code POST /v1/retrieve}. */
@RestController
public final class RetrieveController {
  private static final String PUBLIC = "public";

  private final RetrievePassages retrieve;
  private final Scheduler threads;
  private final RetrieveMetrics metrics;

  /** @param threads bounded threads and queue of retrieval, which blocks */
  public RetrieveController(RetrievePassages retrieve, Scheduler threads, RetrieveMetrics metrics) {
    this.retrieve = retrieve;
    this.threads = threads;
    this.metrics = metrics;
  }

  @PostMapping("/v1/retrieve")
  @RequiresRole(Role.READ)
  Mono<RetrieveAnswer> retrieve(Caller caller, ServerWebExchange exchange, @Valid @RequestBody RetrieveBody body) {
    var request = body.toRequest(caller, viewer(caller));
    return Mono.fromCallable(() -> retrieve.retrieve(request)).subscribeOn(threads)
        .onErrorMap(RejectedExecutionException.class,
            e -> new SelfRagException(ErrorCode.PIPELINE_SATURATED, "too many searches are waiting; try again", e))
        .doOnNext(answer -> {
          metrics.record(answer);
          RequestResults.count(exchange, answer.hits().size());
        }).map(answer -> RetrieveAnswer.of(answer, body.wantsExplanation()));
  }

  /** An admin key reads every document of its tenant; any other reads as the identity it speaks for. */
  private static @Nullable Viewer viewer(Caller caller) {
    if (caller.role() == Role.ADMIN) {
      return null;
    }
    var identity = caller.identity();
    return identity == null
        ? new Viewer(null, List.of(), List.of(), PUBLIC)
        : new Viewer(identity.userId(), identity.roles(), identity.groups(),
            identity.clearance() == null ? PUBLIC : identity.clearance());
  }
}
