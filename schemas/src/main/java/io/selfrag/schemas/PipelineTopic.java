package io.selfrag.schemas;

import io.selfrag.schemas.avro.Chunk;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.DocumentInterrupted;
import io.selfrag.schemas.avro.DocumentPatched;
import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.EmbeddedChunk;
import io.selfrag.schemas.avro.KnowledgeBaseConfig;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** The topics of the pipeline: name, what the key is, which records the values are, lanes, clean-up. */
public enum PipelineTopic {
  DOCUMENTS("documents", Key.DOCUMENT_ID, true, Cleanup.RETAIN, List.of(DocumentCommand.class)),
  VERSIONS("versions", Key.DOCUMENT_ID, true, Cleanup.RETAIN, List.of(DocumentVersion.class)),
  CHUNKS("chunks", Key.CHUNK_ID, true, Cleanup.RETAIN, List.of(Chunk.class)),
  EMBEDDED_CHUNKS("embedded-chunks", Key.DOCUMENT_ID, true, Cleanup.RETAIN,
      List.of(EmbeddedChunk.class, DocumentDeleted.class, DocumentPatched.class, DocumentInterrupted.class)),
  DOCUMENT_EVENTS("document-events", Key.DOCUMENT_ID, false, Cleanup.RETAIN, List.of(DocumentEvent.class)),
  KNOWLEDGE_BASES("knowledge-bases", Key.KNOWLEDGE_BASE_ID, false, Cleanup.COMPACT, List.of(KnowledgeBaseConfig.class));

  /** What a record's key is: always the id's lower-case text form in UTF-8. */
  public enum Key {
    DOCUMENT_ID, CHUNK_ID, KNOWLEDGE_BASE_ID
  }

  /** How the broker drops old records. */
  public enum Cleanup {
    RETAIN, COMPACT
  }

  private final String baseName;
  private final Key key;
  private final boolean hasBulkLane;
  private final Cleanup cleanup;
  @SuppressWarnings("ImmutableEnumChecker") // Every constant passes List.of(...).
  private final List<Class<? extends SpecificRecord>> messages;

  PipelineTopic(String baseName, Key key, boolean hasBulkLane, Cleanup cleanup,
      List<Class<? extends SpecificRecord>> messages) {
    this.baseName = baseName;
    this.key = key;
    this.hasBulkLane = hasBulkLane;
    this.cleanup = cleanup;
    this.messages = messages;
  }

  /** Name without prefix and lane. */
  public String baseName() {
    return baseName;
  }

  public Key key() {
    return key;
  }

  /** True for the four topics that have a bulk twin. */
  public boolean hasBulkLane() {
    return hasBulkLane;
  }

  public Cleanup cleanup() {
    return cleanup;
  }

  /** The records that may be found in it. */
  public List<Class<? extends SpecificRecord>> messages() {
    return messages;
  }
}
