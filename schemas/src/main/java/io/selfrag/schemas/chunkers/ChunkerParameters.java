package io.selfrag.schemas.chunkers;

import java.math.BigDecimal;
import java.util.Map;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import io.selfrag.schemas.chunkers.ChunkerDescription.Parameter;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** Parameters as a user gave them, held against the description: wrong ones are refused with a sentence. */
public final class ChunkerParameters {
  private final ChunkerDescription chunker;
  private final Map<String, ? extends @Nullable Object> given;

  ChunkerParameters(ChunkerDescription chunker, Map<String, ? extends @Nullable Object> given) {
    this.chunker = chunker;
    this.given = given;
    for (String name : given.keySet()) {
      if (chunker.parameters().stream().noneMatch(parameter -> parameter.name().equals(name))) {
        throw invalid("has no parameter \"" + name + "\"; it knows "
            + chunker.parameters().stream().map(Parameter::name).collect(Collectors.joining(", ")));
      }
    }
  }

  /** The value given, or the default. */
  public int get(String name) {
    Parameter parameter = chunker.parameters().stream().filter(known -> known.name().equals(name)).findFirst()
        .orElseThrow(() -> new IllegalArgumentException(chunker.name() + " does not describe " + name));
    Object value = given.get(name);
    if (value == null) {
      return parameter.defaultValue();
    }
    if (!(value instanceof Number number)) {
      throw invalid("needs a whole number as \"" + name + "\"");
    }
    try {
      int whole = new BigDecimal(number.toString()).intValueExact();
      if (whole >= parameter.minimum() && whole <= parameter.maximum()) {
        return whole;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw invalid("needs a whole number as \"" + name + "\"");
    }
    throw invalid("needs a \"" + name + "\" from " + parameter.minimum() + " to " + parameter.maximum());
  }

  /** A refusal: the sentence begins with the chunker's name. */
  public SelfRagException invalid(String what) {
    return new SelfRagException(ErrorCode.INVALID_CHUNKER, "The chunker \"" + chunker.name() + "\" " + what + ".");
  }
}
