package io.selfrag.catalog.index;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the sink is told of a document: a record of the embedded-chunks topics, or that time is up. */
public sealed interface IndexChange {
  UUID tenantId();

  UUID knowledgeBaseId();

  UUID documentId();

  long revision();

  int attempt();

  /** Trace and request id, passed on to the events that follow from it. */
  Map<String, String> headers();

  /** A chunk to be written. */
  record Chunk(ChunkRow row, Map<String, String> headers) implements IndexChange {
    @Override
    public UUID tenantId() {
      return row.version().tenantId();
    }

    @Override
    public UUID knowledgeBaseId() {
      return row.version().knowledgeBaseId();
    }

    @Override
    public UUID documentId() {
      return row.version().documentId();
    }

    @Override
    public long revision() {
      return row.version().revision();
    }

    @Override
    public int attempt() {
      return row.version().attempt();
    }
  }

  /** The document is deleted at this revision. */
  record Delete(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision, int attempt,
      Map<String, String> headers) implements IndexChange {}

  /** Versions up to this one that are not live are dropped. */
  record Interrupt(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision, int attempt,
      Map<String, String> headers) implements IndexChange {}

  /** The attributes change, if the revision is above theirs. */
  record Patch(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision, DocumentAttributes attributes,
      Map<String, String> headers) implements IndexChange {
    @Override
    public int attempt() {
      return 0;
    }
  }

  /**
   * Nothing new: a revision that should have ended by now is looked at again (S12).
   *
   * @param announced how many chunks it has; null if that is not known
   */
  record Reconsider(Version version, @Nullable Integer announced) implements IndexChange {
    @Override
    public UUID tenantId() {
      return version.tenantId();
    }

    @Override
    public UUID knowledgeBaseId() {
      return version.knowledgeBaseId();
    }

    @Override
    public UUID documentId() {
      return version.documentId();
    }

    @Override
    public long revision() {
      return version.revision();
    }

    @Override
    public int attempt() {
      return version.attempt();
    }

    @Override
    public Map<String, String> headers() {
      return Map.of();
    }
  }
}
