package io.selfrag.ingest.export;

import io.selfrag.catalog.intake.ContentStore;
import io.selfrag.catalog.intake.ExportReads;
import io.selfrag.catalog.intake.ExportedChunk;
import io.selfrag.catalog.intake.ExportedDocument;
import io.selfrag.catalog.search.ReaderRights;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a knowledge base as NDJSON, a line for each document with what the bulk route takes, and under {@code exported} what that
 * route reads over. Read as fast as the client takes it: of documents never more than two pages, and of one document never more than a
 * part of its original or two pages of its chunks, are in memory.
 *
 * A document that is replaced while it waits for its line is written as it is then. One that is replaced within its line, of which
 * rows may be gone, says {@code superseded} at that line's end and is written once more in the next, as it is by then.
 */
public final class ExportLines {
  private static final int DOCUMENTS_AT_ONCE = 20;
  private static final int CHUNKS_AT_ONCE = 50;

  private final ExportReads reads;
  private final ContentStore contents;
  private final LineFields fields;

  public ExportLines(ExportReads reads, ContentStore contents, JsonMapper json) {
    this.reads = reads;
    this.contents = contents;
    this.fields = new LineFields(json);
  }

  /** Who reads what, and how. */
  private record Export(UUID tenantId, UUID knowledgeBaseId, @Nullable ReaderRights rights, ExportOptions options) {}

  /** A document with the first of its chunks, which are read before anything is written of it. */
  private record Begun(ExportedDocument document, List<ExportedChunk> first) {}

  /**
   * The lines, in pieces.
   *
   * @param rights null reads everything
   * @param stillAllowed fails once the reader may not read any more; asked for each page
   */
  public Flux<byte[]> of(UUID tenantId, UUID knowledgeBaseId, @Nullable ReaderRights rights, ExportOptions options,
      Mono<Void> stillAllowed) {
    var export = new Export(tenantId, knowledgeBaseId, rights, options);
    return Pages.<ExportedDocument>of(DOCUMENTS_AT_ONCE, after -> stillAllowed.then(Mono.defer(() -> reads
        .documents(tenantId, knowledgeBaseId, rights, after == null ? null : after.id(), DOCUMENTS_AT_ONCE))))
        .concatMap(it -> lines(export, it), 1);
  }

  private Flux<byte[]> lines(Export export, ExportedDocument document) {
    return begun(export, document).flatMapMany(it -> line(export, it));
  }

  private Mono<Begun> begun(Export export, ExportedDocument document) {
    return reads.chunks(document, 0, CHUNKS_AT_ONCE, export.options().vectors())
        .flatMap(first -> first.size() == Math.min(CHUNKS_AT_ONCE, document.chunkCount())
            ? Mono.just(new Begun(document, first))
            : now(export, document).flatMap(it -> it.isVersionOf(document)
                ? Mono.just(new Begun(document, first))
                : begun(export, it)));
  }

  private Mono<ExportedDocument> now(Export export, ExportedDocument document) {
    return reads.document(export.tenantId(), export.knowledgeBaseId(), export.rights(), document.id());
  }

  private Flux<byte[]> line(Export export, Begun begun) {
    var document = begun.document();
    var options = export.options();
    return Flux.concat(Flux.just(bytes(fields.taken(document, options.sameIds()) + ",\"content\":\"")), content(begun),
        Flux.just(bytes("\",\"exported\":" + fields.facts(document))),
        options.chunks() ? chunks(begun, options.vectors()) : Flux.empty(),
        options.originals() ? original(document) : Flux.empty(), end(export, begun));
  }

  private Flux<byte[]> end(Export export, Begun begun) {
    var document = begun.document();
    var whole = bytes("}}\n");
    if (begun.first().size() == document.chunkCount()) {
      return Flux.just(whole);
    }
    return Flux.defer(() -> now(export, document)
        .flatMapMany(it -> it.isVersionOf(document) ? Flux.just(whole) : superseded(lines(export, it)))
        .switchIfEmpty(Flux.defer(() -> superseded(Flux.empty()))));
  }

  private static Flux<byte[]> superseded(Flux<byte[]> next) {
    return Flux.concat(Flux.just(bytes(",\"superseded\":true}}\n")), next);
  }

  private Flux<byte[]> content(Begun begun) {
    if (!LineFields.isText(begun.document())) {
      return text(begun);
    }
    return Flux.defer(() -> {
      var pieces = new TextPieces();
      return bytesOf(begun.document()).map(pieces::text).concatWith(Mono.fromSupplier(pieces::textEnd));
    });
  }

  private Flux<byte[]> bytesOf(ExportedDocument document) {
    Integer parts = document.originalParts();
    return parts == null ? Flux.empty() : contents.read(document.tenantId(), document.sha256(), parts);
  }

  /** The chunks' texts without what neighbours share. */
  private Flux<byte[]> text(Begun begun) {
    return Flux.defer(() -> {
      var end = new AtomicInteger();
      return allChunks(begun, false).map(it -> TextPieces.inside(unseen(it, end)));
    });
  }

  private static String unseen(ExportedChunk chunk, AtomicInteger end) {
    int seen = Math.max(0, end.get() - chunk.charStart());
    var between = end.get() > 0 && chunk.charStart() > end.get() ? "\n\n" : "";
    end.set(Math.max(end.get(), chunk.charEnd()));
    return seen >= chunk.text().length() ? "" : between + chunk.text().substring(seen);
  }

  private Flux<byte[]> chunks(Begun begun, boolean withVectors) {
    return Flux.defer(() -> {
      var comma = new AtomicReference<>("");
      var all = allChunks(begun, withVectors).map(it -> bytes(comma.getAndSet(",") + fields.chunk(it)));
      return Flux.concat(Flux.just(bytes(",\"chunks\":[")), all, Flux.just(bytes("]")));
    });
  }

  private Flux<ExportedChunk> allChunks(Begun begun, boolean withVectors) {
    return Pages.<ExportedChunk>of(CHUNKS_AT_ONCE, after -> after == null
        ? Mono.just(begun.first())
        : reads.chunks(begun.document(), after.ordinal() + 1, CHUNKS_AT_ONCE, withVectors));
  }

  private Flux<byte[]> original(ExportedDocument document) {
    return Flux.defer(() -> {
      var pieces = new TextPieces();
      return document.originalParts() == null
          ? Flux.<byte[]>empty()
          : Flux.concat(Flux.just(bytes(",\"original\":\"")),
              bytesOf(document).map(pieces::base64).concatWith(Mono.fromSupplier(pieces::base64End)),
              Flux.just(bytes("\"")));
    });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
