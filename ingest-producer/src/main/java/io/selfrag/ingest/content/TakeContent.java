package io.selfrag.ingest.content;

import io.selfrag.catalog.intake.ContentStore;
import io.selfrag.ingest.accept.Content;
import io.selfrag.ingest.content.IncomingBytes.Received;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Takes original bytes in, so that they can be named in a command. What is too large for one is stored before this completes.
 * Memory holds one piece of a large document at a time.
 */
public final class TakeContent {
  private static final Logger log = LoggerFactory.getLogger(TakeContent.class);
  private static final int LONG_TEXT = 64 * 1024;

  private final ContentStore store;
  private final Path tempFolder;
  private final long maxBytes;
  private final Scheduler disk;

  /**
   * @param disk whose threads may wait for the disk
   */
  public TakeContent(ContentStore store, Path tempFolder, long maxBytes, Scheduler disk) {
    this.store = store;
    this.tempFolder = tempFolder;
    this.maxBytes = maxBytes;
    this.disk = disk;
  }

  /** A text that is in memory anyway. */
  public Mono<Content> of(UUID tenantId, String text) {
    var hashed = Mono.fromSupplier(() -> hashed(text));
    // Of a long text it takes a while.
    return (text.length() > LONG_TEXT ? hashed.subscribeOn(disk) : hashed)
        .flatMap(it -> it.sizeBytes() <= Content.MAX_INLINE_BYTES ? Mono.just(it) : store(tenantId, it));
  }

  private Content.Inline hashed(String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > maxBytes) {
      throw new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE,
          "the document is larger than the " + maxBytes / (1024 * 1024) + " MB that are taken");
    }
    return new Content.Inline(bytes, IncomingBytes.sha256().digest(bytes));
  }

  private Mono<Content> store(UUID tenantId, Content.Inline content) {
    byte[] bytes = content.bytes();
    var parts = Flux.range(0, (bytes.length + ContentStore.PART_BYTES - 1) / ContentStore.PART_BYTES)
        .map(part -> Arrays.copyOfRange(bytes, part * ContentStore.PART_BYTES,
            Math.min(bytes.length, (part + 1) * ContentStore.PART_BYTES)));
    return store.put(tenantId, content.sha256(), bytes.length, parts)
        .thenReturn(new Content.Stored(content.sha256(), bytes.length));
  }

  /** Bytes that come in pieces; {@code EMPTY_DOCUMENT} if none come. */
  public Mono<Content> of(UUID tenantId, Flux<byte[]> pieces) {
    return Mono.usingWhen(Mono.fromSupplier(() -> new IncomingBytes(tempFolder, maxBytes)),
        incoming -> pieces.publishOn(disk, 4).doOnNext(incoming::write).then(Mono.fromSupplier(incoming::received))
            .flatMap(received -> keep(tenantId, received)),
        incoming -> Mono.<Void>fromRunnable(() -> release(incoming)).subscribeOn(disk));
  }

  private Mono<Content> keep(UUID tenantId, Received received) {
    if (received.size() == 0) {
      return Mono.error(new SelfRagException(ErrorCode.EMPTY_DOCUMENT, "the document has no content"));
    }
    var file = received.file();
    if (file == null) {
      byte[] bytes = received.bytes();
      return Mono.just(new Content.Inline(bytes == null ? new byte[0] : bytes, received.sha256()));
    }
    return store.put(tenantId, received.sha256(), received.size(), parts(file))
        .thenReturn(new Content.Stored(received.sha256(), received.size()));
  }

  private Flux<byte[]> parts(Path file) {
    return Flux.<byte[], InputStream>generate(() -> Files.newInputStream(file), (in, sink) -> {
      try {
        var part = in.readNBytes(ContentStore.PART_BYTES);
        if (part.length == 0) {
          sink.complete();
        } else {
          sink.next(part);
        }
      } catch (IOException e) {
        sink.error(new UncheckedIOException(e));
      }
      return in;
    }, TakeContent::close).subscribeOn(disk);
  }

  private static void release(IncomingBytes incoming) {
    try {
      incoming.close();
    } catch (SelfRagException e) {
      log.atWarn().setCause(e).log("a temporary file was left behind");
    }
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      log.atWarn().setCause(e).log("a temporary file could not be closed");
    }
  }
}
