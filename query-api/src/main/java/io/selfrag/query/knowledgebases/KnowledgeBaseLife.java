package io.selfrag.query.knowledgebases;

import io.selfrag.catalog.outbox.Outbox;
import io.selfrag.catalog.reindex.ReindexJob;
import io.selfrag.catalog.tenant.KnowledgeBase;
import io.selfrag.catalog.tenant.KnowledgeBases;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.trace.TraceContext;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Creates, changes and deletes knowledge bases, each in one transaction with what the pipeline is told of it (S3). The caller
 * surrounds each call with a transaction, and nudges the relay once it has committed.
 */
public final class KnowledgeBaseLife {
  private static final int FIRST_GENERATION = 1;

  private final KnowledgeBases bases;
  private final Outbox outbox;
  private final PipelineMessages messages;
  private final SpecOf specs;
  private final Reindexing reindexing;
  private final JsonMapper json;
  private final Supplier<UUID> ids;
  private final InstantSource clock;

  public KnowledgeBaseLife(KnowledgeBases bases, Outbox outbox, PipelineMessages messages, SpecOf specs,
      Reindexing reindexing, JsonMapper json,
      Supplier<UUID> ids, InstantSource clock) {
    this.bases = bases;
    this.outbox = outbox;
    this.messages = messages;
    this.specs = specs;
    this.reindexing = reindexing;
    this.json = json;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * What became of a change.
   *
   * @param job fills another generation with what the change asks for; {@code null} if that was not needed
   */
  public record Changed(KnowledgeBase base, @Nullable ReindexJob job) {}

  /** What a client may say about a knowledge base. */
  public record Draft(String name, @Nullable String description, @Nullable BaseConfig config) {}

  /**
   * With its first generation, whose spec follows from the configuration and the deployment's models.
   *
   * @throws SelfRagException {@code KB_NAME_EXISTS}, {@code QUOTA_EXCEEDED}, {@code KB_CONFIG_ERROR}, {@code INVALID_CHUNKER}
   */
  public Mono<KnowledgeBase> create(UUID tenantId, Draft draft, TraceContext trace) {
    return Mono.defer(() -> {
      var config = specs.complete(draft.config());
      var now = clock.instant();
      var base = new KnowledgeBase(ids.get(), tenantId, draft.name(), draft.description(),
          json.writeValueAsString(config),
          FIRST_GENERATION, 0, 0, now, now);
      return bases.insert(base, specs.toJson(specs.of(config)))
          .flatMap(created -> outbox.append(List.of(messages.config(created, false, trace))).thenReturn(created));
    });
  }

  /**
   * Writes a changed draft over a knowledge base that {@link KnowledgeBases#findForUpdate} found. Where it changes how documents are cut
   * or embedded and there are some, that part is left to a reindexing.
   *
   * @throws SelfRagException {@code KB_CONFIG_ERROR} if the configuration cannot be, {@code INVALID_STATUS} if it would have to be
   *     reindexed and is already
   */
  public Mono<Changed> change(KnowledgeBase before, Draft draft, Reindexing.Order order, TraceContext trace) {
    return Mono.defer(() -> {
      var config = specs.complete(draft.config());
      var spec = specs.of(config);
      if (!respecifies(before, draft)) {
        return write(before, draft, config, trace).map(it -> new Changed(it, null));
      }
      return reindexing.requireNone(before).then(bases.hasDocuments(before.id())).flatMap(any -> any
          ? write(before, draft, Reindexing.asBefore(config, config(before)), trace)
              .flatMap(base -> reindexing.start(before, config, order, trace).map(job -> new Changed(base, job)))
          : bases.replaceSpec(before.id(), before.liveGeneration(), specs.toJson(spec))
              .then(outbox.append(List.of(
                  messages.opened(before.tenantId(), before.id(), before.liveGeneration(), spec, trace))))
              .then(Mono.defer(() -> write(before, draft, config, trace))).map(it -> new Changed(it, null)));
    });
  }

  private Mono<KnowledgeBase> write(KnowledgeBase before, Draft draft, BaseConfig config, TraceContext trace) {
    var changed = new KnowledgeBase(before.id(), before.tenantId(), draft.name(), draft.description(),
        json.writeValueAsString(config), before.liveGeneration(), 0, 0, before.createdAt(), before.updatedAt());
    return bases.update(changed)
        .flatMap(updated -> outbox.append(List.of(messages.config(changed, false, trace))).thenReturn(updated));
  }

  /** Whether the draft would change how documents are cut or embedded. */
  public boolean respecifies(KnowledgeBase before, Draft draft) {
    var old = specs.toJson(specs.of(config(before)));
    var wanted = specs.toJson(specs.of(specs.complete(draft.config())));
    return !json.readTree(old).equals(json.readTree(wanted));
  }

  /** The configuration as it is kept. */
  public BaseConfig config(KnowledgeBase base) {
    return json.readValue(base.config(), BaseConfig.class);
  }

  /**
   * Unusable at once; its documents, chunks and points go in the background.
   *
   * @throws SelfRagException {@code KB_NOT_FOUND}
   */
  public Mono<Void> delete(UUID tenantId, UUID id, TraceContext trace) {
    return bases.findForUpdate(tenantId, id).switchIfEmpty(Mono.error(KnowledgeBaseLife::notFound))
        .flatMap(base -> bases.markDeleting(tenantId, id)
            .then(outbox.append(List.of(messages.deleted(tenantId, id, trace), messages.config(base, true, trace)))));
  }

  /** The failure of a look-up. */
  public static SelfRagException notFound() {
    return new SelfRagException(ErrorCode.KB_NOT_FOUND, "there is no such knowledge base");
  }
}
