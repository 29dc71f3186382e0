package io.selfrag.ingest.export;

import io.selfrag.catalog.intake.ContentStore;
import io.selfrag.catalog.intake.ExportReads;
import io.selfrag.catalog.intake.ExportedChunk;
import io.selfrag.catalog.intake.ExportedDocument;
import io.selfrag.catalog.search.ReaderRights;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a knowledge base as NDJSON, a line for each document with what the bulk route takes, and under {@code exported} what that route
 * reads over. Nothing is read before the client takes what came before it; of a document never more than a part of its original, or
 * a page of its chunks, is in memory.
 */
public final class ExportLines {
  private static final int DOCUMENTS_AT_ONCE = 20;
  private static final int CHUNKS_AT_ONCE = 50;

  private final ExportReads reads;
  private final ContentStore contents;
  private final JsonMapper json;

  public ExportLines(ExportReads reads, ContentStore contents, JsonMapper json) {
    this.reads = reads;
    this.contents = contents;
    this.json = json;
  }

  /**
   * The lines, in pieces.
   *
   * @param rights null reads everything
   * @param stillAllowed fails once the reader may not read any more; asked for each page
   */
  public Flux<byte[]> of(UUID tenantId, UUID knowledgeBaseId, @Nullable ReaderRights rights, ExportOptions options,
      Mono<Void> stillAllowed) {
    Function<@Nullable UUID, Mono<List<ExportedDocument>>> page = after -> stillAllowed
        .then(reads.documents(tenantId, knowledgeBaseId, rights, after, DOCUMENTS_AT_ONCE));
    return page.apply(null)
        .expand(some -> some.size() < DOCUMENTS_AT_ONCE ? Mono.empty() : page.apply(some.getLast().id()))
        .concatMapIterable(it -> it, 1).concatMap(it -> line(it, options), 1);
  }

  private Flux<byte[]> line(ExportedDocument document, ExportOptions options) {
    return Flux.concat(Flux.just(bytes(opened(fields(document, options.sameIds())) + ",\"content\":\"")),
        content(document),
        Flux.just(bytes("\",\"exported\":" + opened(facts(document)))),
        options.chunks() ? chunks(document, options.vectors()) : Flux.empty(),
        options.originals() ? original(document) : Flux.empty(), Flux.just(bytes("}}\n")));
  }

  private Map<String, Object> fields(ExportedDocument it, boolean sameIds) {
    var attributes = it.attributes();
    var fields = new LinkedHashMap<String, Object>();
    fields.put("title", attributes.title());
    var externalId = it.externalId();
    fields.put(externalId == null && sameIds ? "document_id" : "external_id",
        externalId == null ? it.id().toString() : externalId);
    fields.put("metadata", json.readTree(attributes.metadata()));
    put(fields, "source", attributes.source());
    fields.put("sensitivity_level", attributes.sensitivityName());
    fields.put("acl_users", attributes.users());
    fields.put("acl_roles", attributes.roles());
    fields.put("acl_groups", attributes.groups());
    return fields;
  }

  private static Map<String, Object> facts(ExportedDocument it) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("document_id", it.id());
    facts.put("version", it.version());
    facts.put("chunk_count", it.chunkCount());
    facts.put("size_bytes", it.sizeBytes());
    facts.put("sha256", HexFormat.of().formatHex(it.sha256()));
    put(facts, "file_name", it.fileName());
    put(facts, "media_type", it.mediaType());
    facts.put("created_at", it.createdAt());
    facts.put("updated_at", it.updatedAt());
    facts.put("content_is", isText(it) ? "original" : "text of the chunks");
    return facts;
  }

  /** What was sent as text comes back byte for byte; of a file whose format the bulk route cannot know, the text that was found in it. */
  private static boolean isText(ExportedDocument it) {
    var name = it.fileName() == null ? "" : it.fileName().toLowerCase(Locale.ROOT);
    return it.originalParts() != null && (name.isEmpty() || name.endsWith(".md") || name.endsWith(".txt"));
  }

  private Flux<byte[]> content(ExportedDocument document) {
    if (!isText(document)) {
      return text(document);
    }
    return Flux.defer(() -> {
      var pieces = new TextPieces();
      return bytesOf(document).map(pieces::text).concatWith(Mono.fromSupplier(pieces::textEnd));
    });
  }

  private Flux<byte[]> bytesOf(ExportedDocument document) {
    Integer parts = document.originalParts();
    return parts == null ? Flux.empty() : contents.read(document.tenantId(), document.sha256(), parts);
  }

  /** The chunks' texts without what neighbours share. */
  private Flux<byte[]> text(ExportedDocument document) {
    return Flux.defer(() -> {
      var end = new AtomicInteger();
      return pages(document, false).map(it -> TextPieces.inside(unseen(it, end)));
    });
  }

  private static String unseen(ExportedChunk chunk, AtomicInteger end) {
    int seen = Math.max(0, end.get() - chunk.charStart());
    var between = end.get() > 0 && chunk.charStart() > end.get() ? "\n\n" : "";
    end.set(Math.max(end.get(), chunk.charEnd()));
    return seen >= chunk.text().length() ? "" : between + chunk.text().substring(seen);
  }

  private Flux<byte[]> chunks(ExportedDocument document, boolean withVectors) {
    return Flux.defer(() -> {
      var comma = new AtomicReference<>("");
      var all = pages(document, withVectors)
          .map(it -> bytes(comma.getAndSet(",") + json.writeValueAsString(chunk(it))));
      return Flux.concat(Flux.just(bytes(",\"chunks\":[")), all, Flux.just(bytes("]")));
    });
  }

  private static Map<String, Object> chunk(ExportedChunk it) {
    var chunk = new LinkedHashMap<String, Object>();
    chunk.put("id", it.id());
    chunk.put("ordinal", it.ordinal());
    chunk.put("text", it.text());
    chunk.put("char_start", it.charStart());
    chunk.put("char_end", it.charEnd());
    put(chunk, "page_from", it.pageFrom());
    put(chunk, "page_to", it.pageTo());
    chunk.put("heading_path", it.headingPath());
    chunk.put("tokens", it.tokens());
    chunk.put("language", it.language());
    chunk.put("model", it.model());
    put(chunk, "vector", it.vector() == null ? null : Base64.getEncoder().encodeToString(it.vector()));
    return chunk;
  }

  private Flux<ExportedChunk> pages(ExportedDocument document, boolean withVectors) {
    return reads.chunks(document, 0, CHUNKS_AT_ONCE, withVectors).expand(some -> some.size() < CHUNKS_AT_ONCE
        ? Mono.empty()
        : reads.chunks(document, some.getLast().ordinal() + 1, CHUNKS_AT_ONCE, withVectors))
        .concatMapIterable(it -> it, 1);
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

  /** An object that more can be added to. */
  private String opened(Map<String, Object> fields) {
    var whole = json.writeValueAsString(fields);
    return whole.substring(0, whole.length() - 1);
  }

  private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
