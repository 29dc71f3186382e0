package io.selfrag.vectorstore;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One condition on a metadata field; a field that holds a list matches if any of its elements does. */
public sealed interface MetadataCondition {
  /** The field, nested keys joined by dots. */
  String field();

  /** Equal to one of the values: strings, booleans or numbers. An integer and a float of the same value are equal. */
  record In(String field, List<Object> values) implements MetadataCondition {
    public In {
      values = List.copyOf(values);
    }
  }

  /** Within bounds, both inclusive; at least one is present. */
  record Range(String field, @Nullable Double atLeast, @Nullable Double atMost) implements MetadataCondition {}

  /** Present with a value other than null, or not. */
  record Exists(String field, boolean exists) implements MetadataCondition {}
}
