package io.selfrag.query;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.index.ChunkRow;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.IndexChanges;
import io.selfrag.catalog.index.Version;
import io.selfrag.catalog.intake.Acceptance;
import io.selfrag.catalog.intake.DocumentAttributes;
import io.selfrag.catalog.intake.DocumentChanges;
import io.selfrag.catalog.intake.DocumentDraft;
import io.selfrag.catalog.intake.DocumentIntake;
import io.selfrag.catalog.intake.Feeder;
import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.VersionKey;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import reactor.core.publisher.Mono;

/** Puts documents where a search finds them, by the catalog's own ways of accepting, indexing and deleting them. */
public final class Library {
  private final VectorStore store;
  private final EmbeddingModels models;
  private final DocumentIntake intake;
  private final DocumentChanges changes;
  private final IndexChanges indexing;
  private final FenceRows fences;

  /** A document's next version. */
  public record Draft(UUID id, List<String> texts, String title, Map<String, Object> metadata, Sensitivity sensitivity,
      List<String> users, ModelId model, Isolation isolation) {
    public Draft titled(String it) {
      return new Draft(id, texts, it, metadata, sensitivity, users, model, isolation);
    }

    public Draft metadata(Map<String, Object> it) {
      return new Draft(id, texts, title, it, sensitivity, users, model, isolation);
    }

    public Draft secret(Sensitivity level, String... readers) {
      return new Draft(id, texts, title, metadata, level, List.of(readers), model, isolation);
    }

    public Draft model(ModelId it) {
      return new Draft(id, texts, title, metadata, sensitivity, users, it, isolation);
    }

    public Draft isolation(Isolation it) {
      return new Draft(id, texts, title, metadata, sensitivity, users, model, it);
    }
  }

  public Library(QueryService service) {
    var database = service.context.getBean(CatalogDatabase.class);
    store = service.context.getBean(VectorStore.class);
    models = service.context.getBean(EmbeddingModels.class);
    intake = new DocumentIntake(database);
    changes = new DocumentChanges(database, service.topics, new AvroCodec());
    indexing = new IndexChanges(database, service.topics, new AvroCodec(), InstantSource.system(), true);
    fences = new FenceRows(database);
  }

  /** A new document of these chunks, public and titled {@code title}. */
  public static Draft document(String... texts) {
    return draft(UUID.randomUUID(), texts);
  }

  /** A version of a document. */
  public static Draft draft(UUID id, String... texts) {
    return new Draft(id, List.of(texts), "title", Map.of(), Sensitivity.PUBLIC, List.of(),
        new ModelId("hashing", "words-and-trigrams", 64), Isolation.PARTITION);
  }

  /** Accepts and indexes it: it is live when this returns. */
  public UUID add(Tenant tenant, Draft draft) {
    return add(tenant.id(), tenant.knowledgeBase(), draft);
  }

  public UUID add(UUID tenant, UUID knowledgeBase, Draft draft) {
    var version = accept(tenant, knowledgeBase, draft);
    flip(write(version, draft));
    return draft.id();
  }

  /** Accepts it: a revision that nothing is known of yet. */
  public Version accept(UUID tenant, UUID knowledgeBase, Draft draft) {
    var attributes = new DocumentAttributes(draft.title(), QueryService.JSON.writeValueAsString(draft.metadata()), null,
        draft.sensitivity(), draft.users(), List.of(), List.of());
    var outcome = await(intake.accept(new Feeder(new UUID(9, 9), null), tenant, knowledgeBase,
        List.of(new DocumentDraft(draft.id(), null, attributes,
            new byte[32], 1, null, null, Lane.INTERACTIVE, null))))
        .getFirst();
    if (!(outcome instanceof Acceptance.Accepted accepted)) {
      throw new AssertionError(outcome);
    }
    intake.confirm(List.of(new RevisionKey(draft.id(), accepted.revision()))).block(LIMIT);
    return new Version(tenant, knowledgeBase, draft.id(), 1, accepted.revision(), 0);
  }

  /** Its chunks with their points written, so that only the flip is missing. */
  public List<IndexChange> write(Version version, Draft draft) {
    var embedder = models.of(draft.model());
    var vectors = embedder.embedPassages(draft.texts());
    var collection = CollectionNames.of(version.tenantId(), draft.model().model(), draft.model().dimension(),
        draft.isolation());
    var key = new VersionKey(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.generation(),
        version.revision(), version.attempt());
    var attributes = new PointAttributes(draft.title(), draft.sensitivity().name().toLowerCase(java.util.Locale.ROOT),
        draft.users(),
        List.of(), List.of(), "any", draft.metadata());
    var points = new ArrayList<Point>();
    var rows = new ArrayList<IndexChange>();
    int start = 0;
    for (int i = 0; i < draft.texts().size(); i++) {
      var text = draft.texts().get(i);
      var id = Ids.chunkId(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.generation(),
          version.revision(), version.attempt(), i);
      points.add(new Point(id, key, i, vectors.get(i), text, attributes));
      rows.add(new IndexChange.Chunk(new ChunkRow(id, version, i, draft.texts().size(), text, "", start,
          start + text.length(), 0, 0, List.of("Heading"), 1, "en", null, draft.model().key(), bytes(vectors.get(i))),
          Map.of()));
      start += text.length() + 1;
    }
    store.upsert(collection, points);
    return rows;
  }

  public static List<UUID> chunkIds(List<IndexChange> rows) {
    return rows.stream().map(it -> ((IndexChange.Chunk) it).row().id()).toList();
  }

  /** The same chunks of a version that has one more, which is still to come. */
  public static List<IndexChange> incomplete(List<IndexChange> rows) {
    return rows.stream().<IndexChange>map(it -> {
      var row = ((IndexChange.Chunk) it).row();
      return new IndexChange.Chunk(new ChunkRow(row.id(), row.version(), row.ordinal(), row.announced() + 1, row.text(),
          row.context(), row.charStart(), row.charEnd(), row.pageFrom(), row.pageTo(), row.headingPath(), row.tokens(),
          row.language(), row.parentText(), row.model(), row.vector()), Map.of());
    }).toList();
  }

  /** Makes written chunks visible if they are all of their version. */
  public void flip(List<IndexChange> rows) {
    await(indexing.apply(rows, await(fences.read(rows))));
  }

  /** Writes a point that lies about whose chunk it is. */
  public void spoil(UUID tenant, UUID knowledgeBase, UUID document, UUID chunk, String text) {
    var model = draft(document, text).model();
    var key = new VersionKey(tenant, knowledgeBase, document, 1, 1, 0);
    store.upsert(CollectionNames.of(tenant, model.model(), model.dimension(), Isolation.PARTITION),
        List.of(new Point(chunk, key, 0, models.of(model).embedPassages(List.of(text)).getFirst(), text,
            new PointAttributes("", "public", List.of(), List.of(), List.of(), "any", Map.of()))));
  }

  public void delete(Tenant tenant, UUID document) {
    changes.delete(tenant.id(), document, new Feeder(new UUID(9, 9), null), Map.of()).block(LIMIT);
  }

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static <T> T await(Mono<T> work) {
    return Objects.requireNonNull(work.block(LIMIT));
  }

  private static byte[] bytes(float[] vector) {
    var bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }
}
