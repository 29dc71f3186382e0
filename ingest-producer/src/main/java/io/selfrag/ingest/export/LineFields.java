package io.selfrag.ingest.export;

import io.selfrag.catalog.intake.ExportedChunk;
import io.selfrag.catalog.intake.ExportedDocument;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What a line says of a document beside its text. */
final class LineFields {
  private final JsonMapper json;

  LineFields(JsonMapper json) {
    this.json = json;
  }

  /** What the bulk route takes; an object that is left open. */
  String taken(ExportedDocument it, boolean sameIds) {
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
    return opened(fields);
  }

  /** What it reads over; an object that is left open. */
  String facts(ExportedDocument it) {
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
    return opened(facts);
  }

  String chunk(ExportedChunk it) {
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
    return json.writeValueAsString(chunk);
  }

  /** What was sent as text comes back byte for byte; of a file whose format the bulk route cannot know, the text that was found in it. */
  static boolean isText(ExportedDocument it) {
    var name = it.fileName() == null ? "" : it.fileName().toLowerCase(Locale.ROOT);
    return it.originalParts() != null && (name.isEmpty() || name.endsWith(".md") || name.endsWith(".txt"));
  }

  private String opened(Map<String, Object> fields) {
    var whole = json.writeValueAsString(fields);
    return whole.substring(0, whole.length() - 1);
  }

  private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
    if (value != null) {
      fields.put(name, value);
    }
  }
}
