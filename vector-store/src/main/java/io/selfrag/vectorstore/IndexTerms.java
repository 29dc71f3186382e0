package io.selfrag.vectorstore;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Metadata as index terms, the same in every store, so that a filter means the same whichever store answers. Each scalar becomes
 * a term of its field, type and value; each number is listed beside that for ranges; each field that is not null becomes a term
 * that says so. Numbers compare as doubles, so an integer equals a float of the same value.
 *
 * @param terms for equality and existence
 * @param numbers for ranges
 */
public record IndexTerms(Set<String> terms, List<NumberField> numbers) {
  /** Stores limit the size of a term; a longer one keeps its beginning and is made distinct by a hash. */
  private static final int MAX_TERM_LENGTH = 512;

  /** A numeric value of a field. */
  public record NumberField(String field, double value) {}

  /** Terms of a document's metadata. */
  public static IndexTerms of(Map<String, Object> metadata) {
    var collected = new IndexTerms(new LinkedHashSet<>(), new ArrayList<>());
    metadata.forEach(collected::add);
    return collected;
  }

  /** The term of a field with a value, to be matched for equality. */
  public static String equality(String field, Object value) {
    return switch (value) {
      case Boolean flag -> bounded("b:" + field + "=" + flag);
      // Adding zero turns −0.0 into 0.0, which it equals.
      case Number number -> bounded("n:" + field + "=" + (number.doubleValue() + 0.0));
      default -> bounded("s:" + field + "=" + value);
    };
  }

  /** The term of a field that is present and not null. */
  public static String existence(String field) {
    return bounded("e:" + field);
  }

  static List<String> bounded(List<String> terms) {
    return terms.stream().map(IndexTerms::bounded).toList();
  }

  private void add(String field, @Nullable Object value) {
    if (value == null) {
      return;
    }
    terms.add(existence(field));
    switch (value) {
      case Map<?, ?> nested -> nested.forEach((key, inner) -> add(field + "." + key, inner));
      case List<?> elements -> elements.forEach(element -> add(field, element));
      case Number number -> {
        terms.add(equality(field, number));
        numbers.add(new NumberField(field, number.doubleValue() + 0.0));
      }
      default -> terms.add(equality(field, value));
    }
  }

  private static String bounded(String term) {
    if (term.length() <= MAX_TERM_LENGTH) {
      return term;
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(term.getBytes(StandardCharsets.UTF_8));
      return term.substring(0, MAX_TERM_LENGTH / 2) + "#" + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
