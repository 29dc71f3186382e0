package io.selfrag.catalog;

import io.selfrag.schemas.avro.Attributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a document's attributes must be to be stored, for those that came straight from Kafka: the API has its own, friendlier
 * words for the same bounds.
 */
public final class AttributeRules {
  private static final int MAX_TITLE = 255;
  private static final int MAX_TEXT = 1024;
  private static final int MAX_METADATA = 64 * 1024;
  private static final int MAX_ENTRIES = 100;
  private static final JsonMapper JSON = JsonMapper.shared();

  private AttributeRules() {}

  /** What is wrong, for a person; empty if nothing is. */
  public static Optional<String> problemOf(Attributes attributes) {
    var acl = attributes.getAcl();
    if (attributes.getTitle().isBlank() || !isText(attributes.getTitle(), MAX_TITLE)) {
      return Optional.of("title must have 1 to 255 characters, none of them U+0000");
    }
    if (!isText(attributes.getSource(), MAX_TEXT)) {
      return Optional.of("source may have 1024 characters, none of them U+0000");
    }
    if (Stream.of(acl.getUsers(), acl.getRoles(), acl.getGroups()).anyMatch(it -> !isAcl(it))) {
      return Optional.of("each list of the ACL may have 100 entries of 1 to 255 characters");
    }
    if (attributes.getMetadata().length() > MAX_METADATA || !isStorableObject(attributes.getMetadata())) {
      return Optional.of("metadata must be a JSON object of at most 64 KiB that PostgreSQL can hold");
    }
    return Optional.empty();
  }

  /** What is wrong with an external id; empty if nothing is, or if there is none. */
  public static Optional<String> problemOfExternalId(@Nullable String externalId) {
    return externalId == null || (!externalId.isEmpty() && isText(externalId, MAX_TEXT))
        ? Optional.empty()
        : Optional.of("external id must have 1 to 1024 characters, none of them U+0000");
  }

  private static boolean isAcl(List<String> names) {
    return names.size() <= MAX_ENTRIES && names.stream().allMatch(it -> !it.isBlank() && isText(it, MAX_TITLE));
  }

  private static boolean isText(@Nullable String text, int longest) {
    return text == null || (text.length() <= longest && isStorable(text));
  }

  private static boolean isStorableObject(String text) {
    try {
      var node = JSON.readTree(text);
      return node.isObject() && isStorable(node);
    } catch (JacksonException _) {
      return false;
    }
  }

  /** The JSON type of PostgreSQL refuses U+0000 and halves of characters, and numbers beyond all bounds. */
  private static boolean isStorable(JsonNode node) {
    if (node.isString()) {
      return isStorable(node.stringValue());
    }
    if (node.isNumber()) {
      return Double.isFinite(node.doubleValue());
    }
    return node.propertyStream().allMatch(it -> isStorable(it.getKey()) && isStorable(it.getValue()))
        && (!node.isArray() || node.valueStream().allMatch(AttributeRules::isStorable));
  }

  private static boolean isStorable(String text) {
    return text.codePoints()
        .noneMatch(it -> it == 0 || (it >= Character.MIN_SURROGATE && it <= Character.MAX_SURROGATE));
  }
}
