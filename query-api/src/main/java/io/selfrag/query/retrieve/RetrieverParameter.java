package io.selfrag.query.retrieve;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of a retriever, as it is said to users and as values are held against it.
 *
 * @param minimum and {@code maximum} are inclusive; of a list, its length
 * @param choices of a text; empty for other types
 */
public record RetrieverParameter(String name, Type type, String description, @Nullable Object defaultValue,
    double minimum, double maximum, List<String> choices) {
  /** What a value is. */
  public enum Type {
    INTEGER,
    NUMBER,
    BOOLEAN,
    CHOICE,
    /** A list of retrievers with weights. */
    MEMBERS
  }

  public RetrieverParameter {
    choices = List.copyOf(choices);
  }

  static RetrieverParameter integer(String name, String description, int usual, int minimum, int maximum) {
    return new RetrieverParameter(name, Type.INTEGER, description, usual, minimum, maximum, List.of());
  }

  static RetrieverParameter number(String name, String description, double usual, double minimum, double maximum) {
    return new RetrieverParameter(name, Type.NUMBER, description, usual, minimum, maximum, List.of());
  }

  static RetrieverParameter flag(String name, String description, boolean usual) {
    return new RetrieverParameter(name, Type.BOOLEAN, description, usual, 0, 0, List.of());
  }

  static RetrieverParameter choice(String name, String description, String usual, List<String> choices) {
    return new RetrieverParameter(name, Type.CHOICE, description, usual, 0, 0, choices);
  }

  static RetrieverParameter members(String name, String description, int minimum, int maximum) {
    return new RetrieverParameter(name, Type.MEMBERS, description, null, minimum, maximum, List.of());
  }
}
