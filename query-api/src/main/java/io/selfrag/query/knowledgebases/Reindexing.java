package io.selfrag.query.knowledgebases;

import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.reindex.ReindexJob;
import io.selfrag.catalog.reindex.ReindexJob.State;
import io.selfrag.catalog.reindex.ReindexJobs;
import io.selfrag.catalog.tenant.KnowledgeBase;
import io.selfrag.query.knowledgebases.BaseConfig.Embedding;
import io.selfrag.query.knowledgebases.BaseConfig.Ingestion;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.trace.TraceContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts and steers reindexings: another generation of a knowledge base is filled from the stored originals beside the one that queries
 * see (S9, S19). Who takes it further is the sink. The caller surrounds each call with a transaction.
 */
public final class Reindexing {
  /** How long the old generation is kept for a rollback unless the client says otherwise. */
  public static final Duration KEEP = Duration.ofHours(24);

  private final ReindexJobs jobs;
  private final Outbox outbox;
  private final PipelineMessages messages;
  private final SpecOf specs;
  private final JsonMapper json;
  private final Supplier<UUID> ids;

  public Reindexing(ReindexJobs jobs, Outbox outbox, PipelineMessages messages, SpecOf specs, JsonMapper json,
      Supplier<UUID> ids) {
    this.jobs = jobs;
    this.outbox = outbox;
    this.messages = messages;
    this.specs = specs;
    this.json = json;
    this.ids = ids;
  }

  /**
   * Who asks for it.
   *
   * @param keep how long the old generation is kept for a rollback
   */
  public record Order(Duration keep, String requestedBy) {}

  /**
   * Fills another generation of a knowledge base that was found for update, cut and embedded as its configuration says but for the
   * parts that are given.
   *
   * @throws SelfRagException {@code INVALID_STATUS} if it is being reindexed, {@code INVALID_CHUNKER} or {@code KB_CONFIG_ERROR}
   */
  public Mono<ReindexJob> start(KnowledgeBase base, @Nullable Ingestion ingestion, @Nullable Embedding embedding,
      Order order, TraceContext trace) {
    return Mono.defer(() -> {
      var now = config(base);
      var target = specs.complete(new BaseConfig(ingestion == null ? now.ingestion() : ingestion, now.query(),
          embedding == null ? now.embedding() : embedding, now.metadataSchema()));
      return requireNone(base).then(Mono.defer(() -> start(base, target, order, trace)));
    });
  }

  /** As above, with a complete configuration, where none is under way. */
  Mono<ReindexJob> start(KnowledgeBase base, BaseConfig target, Order order, TraceContext trace) {
    var spec = specs.of(target);
    var start = new ReindexJobs.Start(ids.get(), base.tenantId(), base.id(), base.liveGeneration(),
        parts(config(base)), parts(target), specs.toJson(spec), order.keep, order.requestedBy);
    return jobs.start(start).flatMap(job -> outbox
        .append(List.of(messages.filling(base.tenantId(), base.id(), job.toGeneration(), spec, trace)))
        .thenReturn(job));
  }

  /** @throws SelfRagException {@code INVALID_STATUS} if one is under way */
  Mono<Void> requireNone(KnowledgeBase base) {
    return jobs.newest(base.tenantId(), base.id()).filter(it -> it.finishedAt() == null)
        .flatMap(it -> Mono.error(new SelfRagException(ErrorCode.INVALID_STATUS, "reindex job " + it.id() + " is "
            + it.state().wireName() + "; confirm, roll back or cancel it and let it end first")));
  }

  /**
   * @throws SelfRagException {@code INVALID_STATUS} if it is not in this state
   */
  public Mono<ReindexJob> turn(ReindexJob job, State from, State to) {
    return jobs.turn(job, from, to)
        .flatMap(turned -> jobs.find(job.tenantId(), job.id())
            .flatMap(it -> turned
                ? Mono.just(it)
                : Mono.error(new SelfRagException(ErrorCode.INVALID_STATUS, "the reindex job is "
                    + it.state().wireName() + ", not " + from.wireName()))));
  }

  /** @throws SelfRagException {@code JOB_NOT_FOUND} */
  public Mono<ReindexJob> find(UUID tenantId, UUID id) {
    return jobs.find(tenantId, id).switchIfEmpty(
        Mono.error(() -> new SelfRagException(ErrorCode.JOB_NOT_FOUND, "there is no such reindex job")));
  }

  /** A configuration of which only what needs no reindexing is changed. */
  static BaseConfig asBefore(BaseConfig changed, BaseConfig before) {
    return new BaseConfig(before.ingestion(), changed.query(), before.embedding(), changed.metadataSchema());
  }

  private BaseConfig config(KnowledgeBase base) {
    return json.readValue(base.config(), BaseConfig.class);
  }

  /** The parts that go with a generation. */
  private String parts(BaseConfig config) {
    var parts = new LinkedHashMap<String, Object>();
    parts.put("ingestion", config.ingestion());
    parts.put("embedding", config.embedding());
    return json.writeValueAsString(parts);
  }
}
