package io.selfrag.query.retrieve.http;

import io.selfrag.service.http.FieldProblem;
import io.selfrag.service.http.ValidationException;
import io.selfrag.vectorstore.MetadataCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code metadata_filter}: a value means equality, an object holds operators. */
final class MetadataFilter {
  private static final String FILTER = "metadata_filter";
  private static final int MOST_FIELDS = 32;
  private static final int MOST_VALUES = 200;

  private MetadataFilter() {}

  /** @throws ValidationException for an unknown operator or a value of the wrong type */
  static List<MetadataCondition> parse(Map<String, @Nullable Object> filter) {
    if (filter.size() > MOST_FIELDS) {
      throw invalid(FILTER, "has more than " + MOST_FIELDS + " fields");
    }
    var conditions = new ArrayList<MetadataCondition>();
    filter.forEach((field, value) -> {
      if (field.isBlank() || field.startsWith("$")) {
        throw invalid(FILTER, "maps names of fields to values; \"" + field + "\" is none");
      }
      if (value instanceof Map<?, ?> operators) {
        conditions.addAll(operators(field, operators));
      } else {
        conditions.add(new MetadataCondition.In(field, List.of(scalar(field, value))));
      }
    });
    return conditions;
  }

  private static List<MetadataCondition> operators(String field, Map<?, ?> operators) {
    var conditions = new ArrayList<MetadataCondition>();
    Double atLeast = null;
    Double atMost = null;
    for (var operator : operators.entrySet()) {
      switch (String.valueOf(operator.getKey())) {
        case "$eq" -> conditions.add(new MetadataCondition.In(field, List.of(scalar(field, operator.getValue()))));
        case "$in" -> conditions.add(new MetadataCondition.In(field, values(field, operator.getValue())));
        case "$gte" -> atLeast = number(field, operator.getValue());
        case "$lte" -> atMost = number(field, operator.getValue());
        case "$exists" -> conditions.add(new MetadataCondition.Exists(field, flag(field, operator.getValue())));
        default -> throw invalid(field, "knows $eq, $in, $gte, $lte and $exists, not "
            + operator.getKey());
      }
    }
    if (atLeast != null || atMost != null) {
      conditions.add(new MetadataCondition.Range(field, atLeast, atMost));
    }
    if (conditions.isEmpty()) {
      throw invalid(field, "is empty");
    }
    return conditions;
  }

  private static List<Object> values(String field, @Nullable Object value) {
    if (!(value instanceof List<?> list) || list.isEmpty() || list.size() > MOST_VALUES) {
      throw invalid(field + ".$in", "must be a list of 1 to " + MOST_VALUES + " values");
    }
    return list.stream().map(item -> scalar(field, item)).toList();
  }

  private static Object scalar(String field, @Nullable Object value) {
    if (value instanceof String || value instanceof Boolean || value instanceof Number) {
      return value;
    }
    throw invalid(field, "must be a string, a number, a boolean or an object of operators");
  }

  private static Double number(String field, @Nullable Object value) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw invalid(field, "bounds must be numbers");
  }

  private static boolean flag(String field, @Nullable Object value) {
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw invalid(field + ".$exists", "must be true or false");
  }

  private static ValidationException invalid(String where, String what) {
    var loc = new ArrayList<Object>(List.of("body", FILTER));
    if (!where.equals(FILTER)) {
      loc.add(where);
    }
    return new ValidationException(List.of(new FieldProblem(loc, what, "value_error")));
  }
}
