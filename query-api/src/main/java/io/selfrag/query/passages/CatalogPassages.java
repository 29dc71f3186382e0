package io.selfrag.query.passages;

import io.selfrag.catalog.search.DocumentStanding;
import io.selfrag.catalog.search.HitRow;
import io.selfrag.catalog.search.PassageQueries;
import io.selfrag.catalog.search.ReaderRights;
import io.selfrag.query.retrieve.Candidate;
import io.selfrag.query.retrieve.Hydration;
import io.selfrag.query.retrieve.Passage;
import io.selfrag.query.retrieve.PassageCatalog;
import io.selfrag.query.retrieve.SearchTarget;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.PointFilter.Viewer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.ObjectMapper;

/** Blocks on the catalog's queries; for the threads of retrieval, never for an event loop. */
public final class CatalogPassages implements PassageCatalog {
  private static final TypeReference<Map<String, Object>> JSON_OBJECT = new TypeReference<>() {
  };

  private final PassageQueries queries;
  private final TargetReader targets;
  private final ObjectMapper json;
  private final Duration timeout;

  /** @param timeout longest wait for one query's answer */
  public CatalogPassages(PassageQueries queries, ObjectMapper json, Duration timeout) {
    this.queries = queries;
    this.targets = new TargetReader(json);
    this.json = json;
    this.timeout = timeout;
  }

  @Override
  public List<SearchTarget> targets(UUID tenantId, Collection<UUID> knowledgeBaseIds) {
    return await(queries.knowledgeBases(tenantId, knowledgeBaseIds)).stream().map(targets::read).toList();
  }

  /** Revisions of the tenant's knowledge bases as they are now; those that it does not have are missing. */
  public Map<UUID, Long> revisions(UUID tenantId, Collection<UUID> knowledgeBaseIds) {
    return await(queries.revisions(tenantId, knowledgeBaseIds));
  }

  @Override
  public List<Hydration> hydrate(UUID tenantId, Collection<UUID> knowledgeBaseIds, List<Candidate> hits, int window,
      @Nullable Viewer viewer) {
    var chunkIds = hits.stream().map(Candidate::chunkId).toList();
    var documentIds = hits.stream().map(Candidate::documentId).toList();
    return await(queries.hits(tenantId, knowledgeBaseIds, chunkIds, documentIds, window, rights(viewer))).stream()
        .map(this::judge).toList();
  }

  @Override
  public Map<UUID, float[]> vectors(UUID tenantId, Collection<UUID> chunkIds) {
    var vectors = new HashMap<UUID, float[]>();
    await(queries.vectors(tenantId, chunkIds)).forEach((id, bytes) -> {
      var vector = new float[bytes.length / Float.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
      vectors.put(id, vector);
    });
    return vectors;
  }

  @Override
  public Optional<Standing> standing(UUID tenantId, Collection<UUID> knowledgeBaseIds, UUID documentId,
      @Nullable Viewer viewer) {
    return await(queries.standing(tenantId, knowledgeBaseIds, documentId, rights(viewer)).map(Optional::of)
        .defaultIfEmpty(Optional.empty())).map(it -> new Standing(it.live(), it.deleted(), detail(it)));
  }

  @Override
  public boolean nothingReadable(UUID tenantId, Collection<UUID> knowledgeBaseIds, Viewer viewer) {
    return await(queries.nothingReadable(tenantId, knowledgeBaseIds, Objects.requireNonNull(rights(viewer))));
  }

  private static String detail(DocumentStanding it) {
    return it.deleted()
        ? "it was deleted"
        : "its newest version is " + it.processingStatus() + (it.stage() == null ? "" : " at stage " + it.stage())
            + (it.errorCode() == null ? "" : ": " + it.errorCode());
  }

  private static @Nullable ReaderRights rights(@Nullable Viewer viewer) {
    return viewer == null
        ? null
        : new ReaderRights(viewer.userId(), viewer.roles(), viewer.groups(), viewer.clearance());
  }

  private Hydration judge(HitRow row) {
    return switch (row.state()) {
      case LIVE -> new Hydration.Live(passage(row, Objects.requireNonNull(row.content())));
      case SUPERSEDED -> dropped(row, Hydration.Reason.SUPERSEDED);
      case NOT_YET -> dropped(row, Hydration.Reason.NOT_YET);
      case NOT_LIVE -> dropped(row, Hydration.Reason.NOT_LIVE);
      case FORBIDDEN -> dropped(row, Hydration.Reason.FORBIDDEN);
    };
  }

  private static Hydration dropped(HitRow row, Hydration.Reason reason) {
    return new Hydration.Dropped(row.chunkId(), row.documentId(), reason);
  }

  private Passage passage(HitRow row, HitRow.Content content) {
    return new Passage(row.chunkId(), content.knowledgeBaseId(), row.documentId(), content.ordinal(), content.text(),
        content.title(), json.readValue(content.metadata(), JSON_OBJECT), content.pageFrom(), content.pageTo(),
        content.headingPath(), content.charStart(), content.charEnd(), content.version(),
        Neighbours.before(content.before(), content.charStart()), Neighbours.after(content.after(), content.charEnd()));
  }

  private <T> T await(Mono<T> query) {
    return Objects.requireNonNull(query.timeout(timeout)
        .onErrorMap(TimeoutException.class,
            e -> new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the database did not answer in time", e))
        .block());
  }
}
