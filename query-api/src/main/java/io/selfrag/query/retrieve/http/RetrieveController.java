package io.selfrag.query.retrieve.http;

import io.selfrag.query.retrieve.RetrievePassages;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.vectorstore.PointFilter.Viewer;
import jakarta.validation.Valid;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** {@code POST /v1/retrieve}. */
@RestController
public final class RetrieveController {
  private static final Logger LOG = LoggerFactory.getLogger(RetrieveController.class);

  private final RetrievePassages retrieve;
  private final Scheduler threads;

  /** @param threads bounded threads and queue of retrieval, which blocks */
  public RetrieveController(RetrievePassages retrieve, Scheduler threads) {
    this.retrieve = retrieve;
    this.threads = threads;
  }

  @PostMapping("/v1/retrieve")
  @RequiresRole(Role.READ)
  Mono<RetrieveAnswer> retrieve(Caller caller, @Valid @RequestBody RetrieveBody body) {
    var request = body.toRequest(caller.tenantId(), readable(caller, body.knowledgeBaseIds()), viewer(caller));
    return Mono.fromCallable(() -> retrieve.retrieve(request)).subscribeOn(threads)
        .onErrorMap(RejectedExecutionException.class,
            e -> new SelfRagException(ErrorCode.PIPELINE_SATURATED, "too many searches are waiting; try again", e))
        .doOnNext(answer -> LOG.atInfo().addKeyValue("tenant_id", caller.tenantId())
            .addKeyValue("results_count", answer.hits().size()).addKeyValue("stage_ms", answer.stageMillis())
            .log("retrieve completed"))
        .map(answer -> RetrieveAnswer.of(answer, body.wantsExplanation()));
  }

  /** The knowledge bases that the key's scope holds; what it does not hold is absent, not refused, while one is left. */
  private static List<UUID> readable(Caller caller, List<UUID> named) {
    var readable = named.stream().distinct().filter(caller::mayTouch).toList();
    if (readable.isEmpty()) {
      throw new SelfRagException(ErrorCode.NO_PERMISSION, "this key may read none of the named knowledge bases");
    }
    return readable;
  }

  /** An admin key reads every document of its tenant; any other reads as the identity it speaks for. */
  private static @Nullable Viewer viewer(Caller caller) {
    if (caller.role() == Role.ADMIN) {
      return null;
    }
    var identity = caller.identity();
    return identity == null
        ? new Viewer(null, List.of(), List.of(), "public")
        : new Viewer(identity.userId(), identity.roles(), identity.groups(),
            identity.clearance() == null ? "public" : identity.clearance());
  }
}
