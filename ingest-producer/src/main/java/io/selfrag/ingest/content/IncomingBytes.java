package io.selfrag.ingest.content;

import io.selfrag.ingest.accept.Content;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Takes bytes of unknown number: hashes them, keeps them in memory up to {@link Content#MAX_INLINE_BYTES}, beyond that in a
 * temporary file. Blocks; one thread at a time. Closing deletes the file.
 */
final class IncomingBytes implements AutoCloseable {
  /** Names of the temporary files begin and end like this. */
  static final String PREFIX = "selfrag-upload-";
  static final String SUFFIX = ".part";

  private final Path folder;
  private final long maxBytes;
  private final MessageDigest digest = sha256();
  private final ByteArrayOutputStream memory = new ByteArrayOutputStream();
  private @Nullable Path file;
  private @Nullable OutputStream out;
  private long size;

  IncomingBytes(Path folder, long maxBytes) {
    this.folder = folder;
    this.maxBytes = maxBytes;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @throws SelfRagException {@code PAYLOAD_TOO_LARGE}, or {@code STORE_UNAVAILABLE} where the disk takes no more
   */
  void write(byte[] bytes) {
    size += bytes.length;
    if (size > maxBytes) {
      throw new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE,
          "the document is larger than the " + maxBytes / (1024 * 1024) + " MB that are taken");
    }
    digest.update(bytes);
    try {
      if (out == null && size > Content.MAX_INLINE_BYTES) {
        spill();
      }
      (out == null ? memory : out).write(bytes);
    } catch (IOException e) {
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "there is no room to take the document in now", e);
    }
  }

  private void spill() throws IOException {
    Files.createDirectories(folder);
    var created = Files.createTempFile(folder, PREFIX, SUFFIX);
    file = created;
    out = Files.newOutputStream(created);
    memory.writeTo(out);
    memory.reset();
  }

  /** Ends the writing. */
  Received received() {
    try {
      if (out != null) {
        out.close();
      }
    } catch (IOException e) {
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "there is no room to take the document in now", e);
    }
    return new Received(file == null ? memory.toByteArray() : null, file, digest.digest(), size);
  }

  /** What came: in memory or in the file. */
  record Received(byte @Nullable [] bytes, @Nullable Path file, byte[] sha256, long size) {}

  @Override
  public void close() {
    try {
      if (out != null) {
        out.close();
      }
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "a temporary file could not be removed", e);
    }
  }
}
