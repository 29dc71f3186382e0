package io.selfrag.chunker.catalog;

import io.selfrag.catalog.intake.ContentStore;
import io.selfrag.schemas.avro.Sha256;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;

/** Original bytes in the catalog. */
public final class CatalogContents implements io.selfrag.chunker.version.ContentStore {
  private final ContentStore store;
  private final Duration limit;

  public CatalogContents(ContentStore store, Duration limit) {
    this.store = store;
    this.limit = limit;
  }

  @Override
  public Optional<byte[]> fetch(UUID tenantId, Sha256 sha256) {
    byte[] hash = sha256.bytes();
    var bytes = store.parts(tenantId, hash).flatMap(parts -> store.read(tenantId, hash, parts)
        .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes)
        .map(ByteArrayOutputStream::toByteArray));
    return Waiting.on(bytes, limit);
  }

  @Override
  public void store(UUID tenantId, Sha256 sha256, ByteBuffer bytes) {
    Waiting.on(store.put(tenantId, sha256.bytes(), bytes.remaining(), parts(bytes)), limit);
  }

  private static Flux<byte[]> parts(ByteBuffer bytes) {
    return Flux.generate(bytes::duplicate, (rest, sink) -> {
      if (rest.hasRemaining()) {
        var part = new byte[Math.min(ContentStore.PART_BYTES, rest.remaining())];
        rest.get(part);
        sink.next(part);
      } else {
        sink.complete();
      }
      return rest;
    });
  }
}
