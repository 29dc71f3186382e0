package io.selfrag.catalog.index;

import io.selfrag.catalog.isolation.Place;
import io.selfrag.catalog.isolation.Route;
import io.selfrag.catalog.index.FenceView.RevisionId;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** What several tests of the sink's tables start from: one tenant, one knowledge base, one document. */
final class Fixtures {
  static final String MODEL = "hashing/hashing/2";
  static final UUID TENANT = new UUID(0x7e, 1);
  static final UUID KB = new UUID(0xb5, 1);
  static final UUID DOCUMENT = new UUID(0xd0, 1);
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private Fixtures() {}

  static Version version(long revision, int attempt) {
    return version(DOCUMENT, 1, revision, attempt);
  }

  static Version version(UUID document, int generation, long revision, int attempt) {
    return new Version(TENANT, KB, document, generation, revision, attempt);
  }

  static ChunkRow chunk(Version version, int ordinal, int announced) {
    var id = Ids.chunkId(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.generation(),
        version.revision(), version.attempt(), ordinal);
    var vector = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(1).putFloat(ordinal).array();
    return new ChunkRow(id, version, ordinal, announced, "chunk " + ordinal + " of revision " + version.revision(),
        "a title", ordinal * 10, ordinal * 10 + 9, 1, 2, List.of("a title", "a heading"), 3, "en", null, MODEL, vector);
  }

  /** All chunks of a version, or some of them. */
  static List<IndexChange> chunks(Version version, int announced, int... ordinals) {
    var chosen = ordinals.length == 0 ? IntStream.range(0, announced) : IntStream.of(ordinals);
    return chosen.mapToObj(it -> (IndexChange) new IndexChange.Chunk(chunk(version, it, announced), Map.of())).toList();
  }

  static IndexChange.Delete delete(UUID document, long revision) {
    return new IndexChange.Delete(TENANT, KB, document, revision, 0, Map.of());
  }

  static IndexChange.Interrupt interrupt(UUID document, long revision) {
    return new IndexChange.Interrupt(TENANT, KB, document, revision, 0, Map.of());
  }

  static IndexChange.Patch patch(UUID document, long revision, String title, String metadata) {
    return new IndexChange.Patch(TENANT, KB, document, revision,
        new DocumentAttributes(title, metadata, null, "public", List.of("user"), List.of(), List.of()), Map.of());
  }

  static KnowledgeBaseFence base(String status, String tenantStatus) {
    return new KnowledgeBaseFence(KB, TENANT, status, 1, tenantStatus, Route.only(Place.PARTITION), 1, Set.of());
  }

  /** A document of which nothing is live, deleted or interrupted. */
  static DocumentFence document() {
    return new DocumentFence(TENANT, KB, DOCUMENT, 0, "title", "public", List.of(), List.of(), List.of(), "{}", 0, 0, 0,
        Map.of());
  }

  static FenceView fences(KnowledgeBaseFence base, DocumentFence document, Map<RevisionId, RevisionFence> revisions) {
    return new FenceView(Map.of(base.id(), base), Map.of(document.id(), document), revisions);
  }

  static DocumentEvent.Builder event(long revision, int attempt, Stage stage) {
    return DocumentEvent.newBuilder().setTenantId(TENANT).setKnowledgeBaseId(KB).setDocumentId(DOCUMENT)
        .setRevision(revision).setAttempt(attempt).setStage(stage).setAt(NOW);
  }

  static DocumentEvent failed(long revision, int attempt) {
    return event(revision, attempt, Stage.FAILED).setError(new Failure("parse", "CORRUPT", "broken")).build();
  }
}
