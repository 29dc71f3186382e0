package io.selfrag.schemas.chunkers;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.chunkers.ChunkerDescription.Parameter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Every chunker by name. Sizes are tokens of the model that embeds. */
public final class ChunkerCatalogue {
  public static final String DEFAULT_NAME = "recursive";

  private static final Parameter OVERLAP = new Parameter("overlap",
      "tokens repeated from the chunk before; less than half of size",
      0, 0, 2048);
  private static final List<ChunkerDescription> CATALOGUE = List.of(
      new ChunkerDescription(DEFAULT_NAME,
          "Cuts at the best structure near the size: headings, then blocks, then sentences; small sections stay together.",
          List.of(size(400), OVERLAP)),
      new ChunkerDescription("simple", "Fills each chunk with as many whole paragraphs as fit.",
          List.of(size(400), OVERLAP)),
      new ChunkerDescription("sliding_window", "Overlapping windows of one size, each a step behind the one before.",
          List.of(size(256),
              new Parameter("step", "tokens from one window's start to the next; at most size", 128, 8, 8192))),
      new ChunkerDescription("markdown", "Never crosses a heading; keeps tables and code whole where they fit.",
          List.of(size(400), OVERLAP)),
      new ChunkerDescription("code", "Cuts source code between declarations, by empty lines and indentation.",
          List.of(size(300), OVERLAP)),
      new ChunkerDescription("sentence", "Whole sentences only, up to the size.",
          List.of(size(200),
              new Parameter("overlap_sentences", "sentences repeated from the chunk before, within a quarter of size",
                  0, 0, 5))),
      new ChunkerDescription("token", "Exactly so many tokens, wherever that cuts.", List.of(size(256), OVERLAP)),
      new ChunkerDescription("parent_child", "Small chunks to find, each shown as the larger passage around it.",
          List.of(new Parameter("parent_size", "tokens of the passage shown", 1200, 64, 8192),
              new Parameter("child_size", "tokens of a chunk; at most parent_size", 200, 16, 8192))));

  private ChunkerCatalogue() {}

  /** All chunkers with their parameters, the default first. */
  public static List<ChunkerDescription> all() {
    return CATALOGUE;
  }

  /**
   * Holds a choice against the catalogue.
   *
   * @param parameters by the names of the catalogue; a missing one takes its default
   * @throws SelfRagException {@code INVALID_CHUNKER} for an unknown name or parameter, or a value out of bounds
   */
  public static ChunkerParameters check(String name, Map<String, ? extends @Nullable Object> parameters) {
    ChunkerDescription chunker = CATALOGUE.stream().filter(known -> known.name().equals(name)).findFirst()
        .orElseThrow(
            () -> new SelfRagException(ErrorCode.INVALID_CHUNKER, "There is no chunker \"" + name + "\"; there are "
                + CATALOGUE.stream().map(ChunkerDescription::name).collect(Collectors.joining(", ")) + "."));
    var given = new ChunkerParameters(chunker, parameters);
    chunker.parameters().forEach(it -> given.get(it.name()));
    if (name.equals("parent_child") && given.get("child_size") > given.get("parent_size")) {
      throw given.invalid("needs a \"child_size\" that is not above \"parent_size\"");
    }
    if (name.equals("sliding_window") && given.get("step") > given.get("size")) {
      throw given.invalid("needs a \"step\" that is not above \"size\"");
    }
    if (chunker.parameters().contains(OVERLAP) && given.get("overlap") * 2 >= given.get("size")) {
      throw given.invalid("needs an \"overlap\" below half of its size of " + given.get("size"));
    }
    return given;
  }

  private static Parameter size(int standard) {
    return new Parameter("size", "tokens of a chunk, at most what the model reads less the room for its context",
        standard, 16,
        8192);
  }
}
