package io.selfrag.indexer.kafka;

import io.selfrag.catalog.AttributeRules;
import io.selfrag.catalog.index.ChunkRow;
import io.selfrag.catalog.index.DocumentAttributes;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.Version;
import io.selfrag.schemas.Decoded;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentInterrupted;
import io.selfrag.schemas.avro.DocumentPatched;
import io.selfrag.schemas.avro.EmbeddedChunk;
import io.selfrag.service.trace.TraceContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** Reads records of the embedded-chunks topics as changes; a record that cannot be one is refused with a permanent error. */
final class IndexChangeReader {
  private IndexChangeReader() {}

  static IndexChange read(ConsumerRecord<byte[], Decoded> record) {
    var headers = TraceContext.of(record.headers()).asMap();
    return switch (record.value()) {
      case Decoded.Undecodable it -> throw new SelfRagException(ErrorCode.UNDECODABLE, it.reason());
      case Decoded.Value(EmbeddedChunk it) -> new IndexChange.Chunk(chunk(it), headers);
      case Decoded.Value(DocumentDeleted it) -> new IndexChange.Delete(it.getTenantId(), it.getKnowledgeBaseId(),
          it.getDocumentId(), it.getRevision(), it.getAttempt(), headers);
      case Decoded.Value(DocumentInterrupted it) -> new IndexChange.Interrupt(it.getTenantId(), it.getKnowledgeBaseId(),
          it.getDocumentId(), it.getRevision(), it.getAttempt(), headers);
      case Decoded.Value(DocumentPatched it) -> patch(it.getTenantId(), it.getKnowledgeBaseId(), it.getDocumentId(),
          it.getRevision(), it.getAttributes(), headers);
      case Decoded.Value it -> throw new SelfRagException(ErrorCode.UNDECODABLE,
          "a " + it.message().getSchema().getName() + " has no place on this topic");
    };
  }

  private static ChunkRow chunk(EmbeddedChunk it) {
    var version = new Version(it.getTenantId(), it.getKnowledgeBaseId(), it.getDocumentId(), it.getGeneration(),
        it.getRevision(), it.getAttempt());
    if (it.getOrdinal() < 0 || it.getOrdinal() >= it.getChunkCount()) {
      throw new SelfRagException(ErrorCode.UNDECODABLE,
          "ordinal " + it.getOrdinal() + " is not one of " + it.getChunkCount() + " chunks");
    }
    var id = Ids.chunkId(version.tenantId(), version.knowledgeBaseId(), version.documentId(), version.generation(),
        version.revision(), version.attempt(), it.getOrdinal());
    if (!id.equals(it.getChunkId())) {
      throw new SelfRagException(ErrorCode.BAD_KEY, "the chunk's id does not follow from what it names");
    }
    var model = it.getModel();
    var text = it.getChunk();
    return new ChunkRow(id, version, it.getOrdinal(), it.getChunkCount(), text.getText(), text.getContext(),
        text.getCharStart(), text.getCharEnd(), orZero(text.getPageFrom()), orZero(text.getPageTo()),
        text.getHeadingPath(), text.getTokens(), text.getLanguage(), text.getParentText(),
        model.getProvider() + "/" + model.getModel() + "/" + model.getDimension(),
        vector(it.getVector(), model.getDimension()));
  }

  private static byte[] vector(ByteBuffer buffer, int dimension) {
    if (buffer.remaining() != dimension * Float.BYTES) {
      throw new SelfRagException(ErrorCode.WRONG_DIMENSION,
          "a vector of " + buffer.remaining() + " bytes is not one of " + dimension + " components");
    }
    var bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    var components = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    double squares = 0;
    while (components.hasRemaining()) {
      float component = components.get();
      squares += (double) component * component;
    }
    if (!Double.isFinite(squares) || squares == 0) {
      throw new SelfRagException(ErrorCode.INVALID_VECTOR, "a vector without a direction");
    }
    return bytes;
  }

  private static IndexChange patch(UUID tenantId, UUID knowledgeBaseId, UUID documentId, long revision,
      Attributes attributes, Map<String, String> headers) {
    AttributeRules.problemOf(attributes).ifPresent(it -> {
      throw new SelfRagException(ErrorCode.VALIDATION_ERROR, it);
    });
    return new IndexChange.Patch(tenantId, knowledgeBaseId, documentId, revision, DocumentAttributes.of(attributes),
        headers);
  }

  private static int orZero(@Nullable Integer page) {
    return page == null ? 0 : page;
  }
}
