package io.selfrag.schemas.chunkers;

import java.util.List;

/** What can be said to a user about one chunker: its name, what it is for, and its parameters, all of them integers. */
public record ChunkerDescription(String name, String description, List<Parameter> parameters) {

  public ChunkerDescription {
    parameters = List.copyOf(parameters);
  }

  /** One parameter; both bounds are inclusive. */
  public record Parameter(String name, String description, int defaultValue, int minimum, int maximum) {}
}
