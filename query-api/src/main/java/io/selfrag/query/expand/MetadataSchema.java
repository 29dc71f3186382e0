package io.selfrag.query.expand;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a knowledge base's {@code metadata_schema} describes, as far as filters can be made of them.
 *
 * @param fields in the schema's order
 */
record MetadataSchema(List<Field> fields) {
  /** What a field holds. */
  enum Type {
    STRING, NUMBER, INTEGER, BOOLEAN
  }

  /**
   * @param values the only ones that it has; empty: any
   * @param title and {@code description} are for people
   */
  record Field(String name, Type type, List<Object> values, @Nullable Double minimum, @Nullable Double maximum,
      String title, String description) {
    /** Whether a value is one that the field may have. */
    boolean admits(@Nullable Object value) {
      if (!values.isEmpty()) {
        return values.stream().anyMatch(it -> same(it, value));
      }
      return switch (type) {
        case STRING -> value instanceof String text && !text.isBlank();
        case BOOLEAN -> value instanceof Boolean;
        case INTEGER -> value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue())
            && within(number.doubleValue());
        case NUMBER -> value instanceof Number number && within(number.doubleValue());
      };
    }

    boolean isNumeric() {
      return type == Type.NUMBER || type == Type.INTEGER;
    }

    private boolean within(double value) {
      return (minimum == null || value >= minimum) && (maximum == null || value <= maximum);
    }

    static boolean same(@Nullable Object a, @Nullable Object b) {
      if (a instanceof Number x && b instanceof Number y) {
        return x.doubleValue() == y.doubleValue();
      }
      return a != null && a.equals(b);
    }
  }

  /** Reads JSON Schema: {@code properties} with {@code type}, {@code enum}, {@code minimum}, {@code maximum}; other fields are left out. */
  static MetadataSchema of(Map<String, Object> schema) {
    var properties = schema.get("properties") instanceof Map<?, ?> it ? it : schema;
    var fields = new ArrayList<Field>();
    properties.forEach((name, described) -> {
      if (described instanceof Map<?, ?> it) {
        var field = field(String.valueOf(name), it);
        if (field != null) {
          fields.add(field);
        }
      }
    });
    return new MetadataSchema(List.copyOf(fields));
  }

  @Nullable
  Field named(String name) {
    return fields.stream().filter(it -> it.name().equals(name)).findFirst().orElse(null);
  }

  /** A list is filtered by what its elements are. */
  private static @Nullable Field field(String name, Map<?, ?> described) {
    var element = "array".equals(described.get("type")) && described.get("items") instanceof Map<?, ?> it
        ? it
        : described;
    var values = new ArrayList<Object>();
    if (element.get("enum") instanceof List<?> list) {
      list.stream().filter(it -> it instanceof String || it instanceof Number || it instanceof Boolean)
          .forEach(values::add);
    }
    var type = type(element.get("type"), values);
    return type == null
        ? null
        : new Field(name, type, List.copyOf(values), number(element.get("minimum")), number(element.get("maximum")),
            text(described.get("title")), text(described.get("description")));
  }

  private static @Nullable Type type(@Nullable Object named, List<Object> values) {
    var one = named instanceof List<?> several
        ? several.stream().filter(it -> !"null".equals(it)).findFirst().orElse(null)
        : named;
    return switch (String.valueOf(one)) {
      case "string" -> Type.STRING;
      case "integer" -> Type.INTEGER;
      case "number" -> Type.NUMBER;
      case "boolean" -> Type.BOOLEAN;
      default -> values.isEmpty() ? null : values.getFirst() instanceof Number ? Type.NUMBER : Type.STRING;
    };
  }

  private static @Nullable Double number(@Nullable Object value) {
    return value instanceof Number it ? it.doubleValue() : null;
  }

  private static String text(@Nullable Object value) {
    return value instanceof String it ? it : "";
  }
}
