package io.selfrag.query.retrieve;

import io.selfrag.vectorstore.MetadataCondition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What was made of a question, for retrievers that ask more than it.
 *
 * @param variants other wordings
 * @param passages that would answer it, as {@code hyde} searches for them
 * @param filters conditions that the question implies, by knowledge base
 * @param parsedFilters the same as a request would say them
 * @param author who wrote it; {@code null} if nothing was written
 * @param notes what did not go as asked, for a person
 * @param failed whether a language model was asked in vain
 */
public record Expansion(List<String> variants, List<String> passages, Map<UUID, List<MetadataCondition>> filters,
    Map<String, Object> parsedFilters, @Nullable Author author, List<String> notes, boolean failed) {
  /** Nothing more than the question. */
  public static final Expansion NONE = new Expansion(List.of(), List.of(), Map.of(), Map.of(), null, List.of(),
      false);

  /**
   * Who wrote.
   *
   * @param provider of the language model, or {@code rules}
   * @param model {@code null} where there is none
   */
  public record Author(String provider, @Nullable String model) {}

  public Expansion {
    variants = List.copyOf(variants);
    passages = List.copyOf(passages);
    filters = Map.copyOf(filters);
    parsedFilters = Collections.unmodifiableMap(new LinkedHashMap<>(parsedFilters));
    notes = List.copyOf(notes);
  }

  /** The same once the filters have turned out to leave nothing. */
  Expansion withoutFilters() {
    var more = new ArrayList<>(notes);
    more.add("nothing matches the filters " + parsedFilters + ": the search was made without them");
    return new Expansion(variants, passages, Map.of(), Map.of(), author, more, failed);
  }
}
