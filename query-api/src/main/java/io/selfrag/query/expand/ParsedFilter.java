package io.selfrag.query.expand;

import io.selfrag.query.expand.MetadataSchema.Field;
import io.selfrag.vectorstore.MetadataCondition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Filters that a question implies.
 *
 * @param shown as a request's {@code metadata_filter} says them
 * @param dropped what was not within the schema
 */
record ParsedFilter(Map<String, Object> shown, List<MetadataCondition> conditions, List<String> dropped) {
  static final ParsedFilter NONE = new ParsedFilter(Map.of(), List.of(), List.of());

  private static final String IN = "$in";
  private static final String FROM = "$gte";
  private static final String TO = "$lte";
  /** Below it a double holds whole numbers exactly. */
  private static final double WHOLE = 1e15;

  /** Keeps of a filter what the schema admits: known fields, values of their type, known operators. */
  static ParsedFilter within(MetadataSchema schema, Map<?, ?> filter) {
    var shown = new LinkedHashMap<String, Object>();
    var conditions = new ArrayList<MetadataCondition>();
    var dropped = new ArrayList<String>();
    filter.forEach((name, value) -> {
      var field = schema.named(String.valueOf(name));
      var condition = field == null ? null : condition(field, value);
      if (condition == null || field == null) {
        dropped.add(String.valueOf(name));
      } else {
        conditions.add(condition);
        shown.put(field.name(), shown(condition));
      }
    });
    return new ParsedFilter(shown, conditions, dropped);
  }

  private static @Nullable MetadataCondition condition(Field field, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> operators)) {
      return field.admits(value) && value != null ? new MetadataCondition.In(field.name(), List.of(value)) : null;
    }
    var equal = operators.get("$eq");
    if (equal != null && operators.size() == 1) {
      return condition(field, equal);
    }
    if (operators.get(IN) instanceof List<?> list && operators.size() == 1) {
      var known = new ArrayList<Object>();
      list.stream().filter(field::admits).forEach(known::add);
      return known.isEmpty() ? null : new MetadataCondition.In(field.name(), known);
    }
    var from = bound(operators.get(FROM));
    var to = bound(operators.get(TO));
    boolean onlyBounds = operators.keySet().stream().allMatch(it -> FROM.equals(it) || TO.equals(it));
    return field.isNumeric() && onlyBounds && (from != null || to != null)
        ? new MetadataCondition.Range(field.name(), from, to)
        : null;
  }

  private static @Nullable Double bound(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : null;
  }

  private static Object shown(MetadataCondition condition) {
    return switch (condition) {
      case MetadataCondition.In it -> it.values().size() == 1 ? it.values().getFirst() : Map.of(IN, it.values());
      case MetadataCondition.Range it -> {
        var bounds = new LinkedHashMap<String, Object>();
        if (it.atLeast() != null) {
          bounds.put(FROM, plain(it.atLeast()));
        }
        if (it.atMost() != null) {
          bounds.put(TO, plain(it.atMost()));
        }
        yield bounds;
      }
      case MetadataCondition.Exists it -> Map.of("$exists", it.exists());
    };
  }

  private static Number plain(Double value) {
    if (value == Math.rint(value) && Math.abs(value) < WHOLE) {
      return value.longValue();
    }
    return value;
  }
}
