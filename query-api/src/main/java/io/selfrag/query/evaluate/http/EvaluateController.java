package io.selfrag.query.evaluate.http;

import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.query.evaluate.EvaluateRetrievers;
import io.selfrag.query.evaluate.QueryMeasures;
import io.selfrag.query.knowledgebases.KnowledgeBaseLife;
import io.selfrag.query.retrieve.Retrieval;
import io.selfrag.query.retrieve.RetrievePassages;
import io.selfrag.query.retrieve.Retriever;
import io.selfrag.query.retrieve.http.RetrieveBody;
import io.selfrag.query.retrieve.http.RetrieveBody.RetrieverOverride;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import jakarta.validation.Valid;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** {@code POST /v1/knowledge-bases/{id}/evaluate}: judged queries by several retrievers, as the calling key sees them. */
@RestController
public final class EvaluateController {
  private static final Duration BUDGET = Duration.ofMinutes(4);
  /** Each keeps one thread of searches busy. */
  private static final int AT_ONCE = 2;
  /** Chunks, so that there are enough documents. */
  private static final int CHUNKS = 2 * QueryMeasures.DEPTH;

  private final RetrievePassages retrieve;
  private final KnowledgeBases bases;
  private final Scheduler threads;
  private final Semaphore places = new Semaphore(AT_ONCE);

  /**
   * @param retrieve without a cache of results, whose times would be of no use
   * @param threads those of searches
   */
  public EvaluateController(RetrievePassages retrieve, KnowledgeBases bases, Scheduler threads) {
    this.retrieve = retrieve;
    this.bases = bases;
    this.threads = threads;
  }

  @PostMapping("/v1/knowledge-bases/{id}/evaluate")
  @RequiresRole(Role.READ)
  @LongAnswer
  Mono<EvaluateAnswer> evaluate(Caller caller, @PathVariable UUID id, @Valid @RequestBody EvaluateBody body) {
    var queries = body.judged();
    var retrievers = body.contenders().stream().map(RetrieverOverride::choice).toList();
    var evaluation = new EvaluateRetrievers(
        (query, contender) -> retrieve.retrieve(request(caller, id, query.text(), retrievers.get(contender.place()))),
        BUDGET);
    return bases.find(caller.tenantId(), id).switchIfEmpty(Mono.error(KnowledgeBaseLife::notFound))
        .doOnNext(it -> caller.requireScope(it.id()))
        .flatMap(_ -> inItsTurn(Mono.fromCallable(() -> EvaluateAnswer.of(id, body, queries,
            evaluation.run(id, queries, retrievers.size(), body.depth()))).subscribeOn(threads)
            .onErrorMap(RejectedExecutionException.class, EvaluateController::busy)));
  }

  private <T> Mono<T> inItsTurn(Mono<T> work) {
    return Mono.defer(() -> places.tryAcquire()
        ? work.doFinally(_ -> places.release())
        : Mono.error(busy(null)));
  }

  private static SelfRagException busy(@org.jspecify.annotations.Nullable Throwable cause) {
    return new SelfRagException(ErrorCode.PIPELINE_SATURATED, "other evaluations are running; try again", cause,
        Duration.ofSeconds(10));
  }

  private static Retrieval.Request request(Caller caller, UUID knowledgeBaseId, String query,
      Retriever retriever) {
    return new Retrieval.Request(caller.tenantId(), query, List.of(knowledgeBaseId), caller.scopeKnowledgeBaseIds(),
        CHUNKS, Double.NEGATIVE_INFINITY, List.of(), List.of(), retriever, 0, null, Retrieval.Rerank.USUAL,
        RetrieveBody.viewer(caller), null);
  }
}
