package io.selfrag.ingest.document;

import io.selfrag.catalog.intake.DocumentAttributes;
import io.selfrag.schemas.avro.Sensitivity;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bounds of a document's fields; a document outside them fails as a whole, with every field that is wrong. */
public final class DocumentRules {
  static final int MAX_TITLE = 255;
  static final int MAX_TEXT = 1024;
  static final int MAX_WAIT_SECONDS = 120;
  static final int MAX_ACL_ENTRIES = 100;
  static final int MAX_METADATA_CHARS = 64 * 1024;
  static final int MAX_METADATA_DEPTH = 8;

  private final JsonMapper json;

  public DocumentRules(JsonMapper json) {
    this.json = json;
  }

  /** Where a document's bytes are expected. */
  public enum Source {
    /** {@code content} or {@code source_url}. */
    FIELDS,
    /** {@code content} only. */
    CONTENT,
    /** A file beside the fields. */
    FILE
  }

  /**
   * Checks the fields.
   *
   * @throws io.selfrag.service.http.ValidationException with all problems
   */
  public CheckedDocument check(DocumentFields fields, Source source) {
    var problems = new Problems();
    var url = content(fields, source, problems);
    text(problems, "external_id", fields.externalId(), 1, MAX_TEXT);
    var wait = fields.waitSeconds();
    if (wait != null && (wait < 0 || wait > MAX_WAIT_SECONDS)) {
      problems.add("wait", "must be between 0 and " + MAX_WAIT_SECONDS + " seconds");
    }
    var attributes = new DocumentAttributes(title(fields.title(), problems), metadata(fields.metadata(), problems),
        source(fields.source(), problems), sensitivity(fields.sensitivityLevel(), problems),
        acl("acl_users", fields.aclUsers(), problems), acl("acl_roles", fields.aclRoles(), problems),
        acl("acl_groups", fields.aclGroups(), problems));
    problems.throwIfAny();
    return new CheckedDocument(attributes, fields.content(), url, fields.externalId(), fields.documentId(),
        wait == null ? null : Duration.ofSeconds(wait));
  }

  private static @Nullable URI content(DocumentFields fields, Source source, Problems problems) {
    var content = fields.content();
    var sourceUrl = fields.sourceUrl();
    if (source == Source.FILE) {
      if (content != null || sourceUrl != null) {
        problems.add(content != null ? "content" : "source_url", "a file was sent, so this must be absent");
      }
      return null;
    }
    if (content == null && sourceUrl == null) {
      problems.missing("content");
    } else if (content != null && sourceUrl != null) {
      problems.add("source_url", "content was sent, so this must be absent");
    } else if (sourceUrl != null && source == Source.CONTENT) {
      problems.add("source_url", "is taken only by the route for single documents");
    } else if (sourceUrl != null) {
      return url(sourceUrl, problems);
    } else if (content != null && content.isEmpty()) {
      problems.add("content", "must not be empty");
    } else if (content != null && hasLoneSurrogate(content)) {
      problems.add("content", "is not valid Unicode");
    }
    return null;
  }

  private static @Nullable URI url(String text, Problems problems) {
    try {
      var url = new URI(text);
      var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
      if ((scheme.equals("http") || scheme.equals("https")) && url.getHost() != null && text.length() <= 2048) {
        return url;
      }
    } catch (URISyntaxException e) {
      // Said below, with the others.
    }
    problems.add("source_url", "must be an http or https URL of at most 2048 characters");
    return null;
  }

  static String title(@Nullable String title, Problems problems) {
    if (title == null) {
      problems.missing("title");
      return "";
    }
    text(problems, "title", title, 1, MAX_TITLE);
    if (title.isBlank()) {
      problems.add("title", "must not be blank");
    }
    return title;
  }

  static @Nullable String source(@Nullable String source, Problems problems) {
    text(problems, "source", source, 0, MAX_TEXT);
    return source == null || source.isEmpty() ? null : source;
  }

  static Sensitivity sensitivity(@Nullable String level, Problems problems) {
    return switch (level) {
      case null -> Sensitivity.PUBLIC;
      case "public" -> Sensitivity.PUBLIC;
      case "internal" -> Sensitivity.INTERNAL;
      case "restricted" -> Sensitivity.RESTRICTED;
      default -> {
        problems.add("sensitivity_level", "must be public, internal or restricted");
        yield Sensitivity.RESTRICTED;
      }
    };
  }

  static List<String> acl(String field, @Nullable List<@Nullable String> names, Problems problems) {
    if (names == null) {
      return List.of();
    }
    if (names.size() > MAX_ACL_ENTRIES) {
      problems.add(field, "must have at most " + MAX_ACL_ENTRIES + " entries");
      return List.of();
    }
    var kept = new ArrayList<String>();
    for (String name : names) {
      if (name == null || name.isBlank()) {
        problems.add(field, "must not hold null or blank entries");
        return List.of();
      }
      text(problems, field, name, 1, MAX_TITLE);
      kept.add(name);
    }
    return kept.stream().distinct().toList();
  }

  /** The metadata's JSON text. */
  String metadata(@Nullable JsonNode metadata, Problems problems) {
    if (metadata == null || metadata.isNull()) {
      return "{}";
    }
    if (!metadata.isObject()) {
      problems.add("metadata", "must be an object");
      return "{}";
    }
    if (!isWithin(metadata, MAX_METADATA_DEPTH)) {
      problems.add("metadata", "must be nested at most " + MAX_METADATA_DEPTH
          + " deep, with keys that are not empty and do not begin with $, and hold valid Unicode without NUL and numbers that a"
          + " double can hold");
      return "{}";
    }
    var text = json.writeValueAsString(metadata);
    if (text.length() > MAX_METADATA_CHARS) {
      problems.add("metadata", "must have at most " + MAX_METADATA_CHARS + " characters as JSON");
    }
    return text;
  }

  private static boolean isWithin(JsonNode node, int depth) {
    if (node.isString()) {
      return isStorable(Objects.requireNonNull(node.asString()));
    }
    if (!node.isContainer()) {
      return !node.isNumber() || Double.isFinite(node.doubleValue());
    }
    return depth > 0
        && node.propertyStream().allMatch(
            it -> !it.getKey().isEmpty() && !it.getKey().startsWith("$") && isStorable(it.getKey()))
        && node.valueStream().allMatch(it -> isWithin(it, depth - 1));
  }

  static void text(Problems problems, String field, @Nullable String text, int min, int max) {
    if (text == null) {
      return;
    }
    int length = text.codePointCount(0, text.length());
    if (length < min || length > max) {
      problems.add(field, "must have " + min + " to " + max + " characters");
    } else if (!isStorable(text)) {
      problems.add(field, "must be valid Unicode without NUL");
    }
  }

  /** PostgreSQL keeps no NUL, and UTF-8 has no lone surrogates. */
  private static boolean isStorable(String text) {
    return text.indexOf('\0') < 0 && !hasLoneSurrogate(text);
  }

  private static boolean hasLoneSurrogate(String text) {
    return text.codePoints().anyMatch(it -> it >= Character.MIN_SURROGATE && it <= Character.MAX_SURROGATE);
  }
}
