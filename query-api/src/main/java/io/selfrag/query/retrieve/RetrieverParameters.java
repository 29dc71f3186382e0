package io.selfrag.query.retrieve;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Parameters as a user gave them, held against the description: wrong ones are refused with a sentence. */
final class RetrieverParameters {
  private final RetrieverDescription retriever;
  private final Map<String, ? extends @Nullable Object> given;

  /** @throws SelfRagException {@code VALIDATION_ERROR} for a parameter that the retriever does not have */
  RetrieverParameters(RetrieverDescription retriever, Map<String, ? extends @Nullable Object> given) {
    this.retriever = retriever;
    this.given = given;
    for (String name : given.keySet()) {
      if (!has(name)) {
        throw invalid("has no parameter '" + name + "'; it knows "
            + retriever.parameters().stream().map(RetrieverParameter::name).collect(Collectors.joining(", ")));
      }
    }
  }

  boolean has(String name) {
    return retriever.parameters().stream().anyMatch(it -> it.name().equals(name));
  }

  int integer(String name) {
    double value = number(name);
    if (value != Math.rint(value)) {
      throw invalid("needs a whole number as '" + name + "'");
    }
    return (int) value;
  }

  double number(String name) {
    var parameter = described(name);
    if (value(parameter) instanceof Number value && value.doubleValue() >= parameter.minimum()
        && value.doubleValue() <= parameter.maximum()) {
      return value.doubleValue();
    }
    throw invalid("needs a number from " + text(parameter.minimum(), parameter) + " to "
        + text(parameter.maximum(), parameter) + " as '" + name + "'");
  }

  boolean flag(String name) {
    if (value(described(name)) instanceof Boolean value) {
      return value;
    }
    throw invalid("needs true or false as '" + name + "'");
  }

  String choice(String name) {
    var parameter = described(name);
    if (value(parameter) instanceof String value && parameter.choices().contains(value)) {
      return value;
    }
    throw invalid("needs " + String.join(" or ", parameter.choices()) + " as '" + name + "'");
  }

  /** A list of as many objects as are described. */
  List<? extends Map<?, ?>> objects(String name) {
    var parameter = described(name);
    if (value(parameter) instanceof List<?> list && list.size() >= parameter.minimum()
        && list.size() <= parameter.maximum() && list.stream().allMatch(Map.class::isInstance)) {
      return list.stream().<Map<?, ?>>map(Map.class::cast).toList();
    }
    throw invalid("needs a list of " + (int) parameter.minimum() + " to " + (int) parameter.maximum() + " objects as '"
        + name + "'");
  }

  SelfRagException invalid(String what) {
    return new SelfRagException(ErrorCode.VALIDATION_ERROR, "retriever '" + retriever.name() + "' " + what);
  }

  private static String text(double bound, RetrieverParameter parameter) {
    return parameter.type() == RetrieverParameter.Type.INTEGER || bound == Math.rint(bound)
        ? Integer.toString((int) bound)
        : Double.toString(bound);
  }

  private RetrieverParameter described(String name) {
    return retriever.parameters().stream().filter(it -> it.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(retriever.name() + " does not describe " + name));
  }

  private @Nullable Object value(RetrieverParameter parameter) {
    var value = given.get(parameter.name());
    return value == null ? parameter.defaultValue() : value;
  }
}
