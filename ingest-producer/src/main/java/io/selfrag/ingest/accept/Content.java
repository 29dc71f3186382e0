package io.selfrag.ingest.accept;

import io.selfrag.schemas.avro.ContentReference;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.Sha256;
import java.nio.ByteBuffer;

/** A document's original bytes: carried in the command, or in the content store already. */
public sealed interface Content {
  /** Largest content that a command carries. */
  int MAX_INLINE_BYTES = 512 * 1024;

  byte[] sha256();

  long sizeBytes();

  /** As it travels: an {@code InlineContent} or a {@code ContentReference}. */
  Object toAvro();

  /** At most {@link #MAX_INLINE_BYTES}. */
  record Inline(byte[] bytes, byte[] sha256) implements Content {
    @Override
    public long sizeBytes() {
      return bytes.length;
    }

    @Override
    public Object toAvro() {
      return new InlineContent(ByteBuffer.wrap(bytes));
    }
  }

  /** In the content store of the same tenant. */
  record Stored(byte[] sha256, long sizeBytes) implements Content {
    @Override
    public Object toAvro() {
      return new ContentReference(new Sha256(sha256), sizeBytes);
    }
  }
}
