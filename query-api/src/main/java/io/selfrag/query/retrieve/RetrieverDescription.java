package io.selfrag.query.retrieve;

import java.util.List;

/** What can be said to a user about one retriever: its name, what it is for, and its parameters. */
public record RetrieverDescription(String name, String description, List<RetrieverParameter> parameters) {
  public RetrieverDescription {
    parameters = List.copyOf(parameters);
  }
}
