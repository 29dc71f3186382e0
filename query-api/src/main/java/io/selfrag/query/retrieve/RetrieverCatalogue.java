package io.selfrag.query.retrieve;

import io.selfrag.query.retrieve.Retriever.Kind;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Every retriever by name: who configures one is checked by the words in which it is described. */
public final class RetrieverCatalogue {
  static final String CANDIDATES = "candidates";
  static final String DENSE_WEIGHT = "dense_weight";
  static final String FUSION = "fusion";
  static final String FEEDBACK = "feedback";
  static final String PERIOD = "period";
  static final String VARIANTS = "variants";
  static final String PASSAGES = "passages";
  static final String WINDOW = "window";
  static final String RERANK = "rerank";
  static final String RETRIEVERS = "retrievers";
  static final List<String> METHODS = List.of("weighted", "rrf");

  private static final RetrieverParameter HITS = RetrieverParameter.integer(CANDIDATES,
      "hits asked of each leg; more where top_k needs them", RetrieverChoice.DEFAULT_CANDIDATES, 10, 1000);
  private static final List<RetrieverDescription> CATALOGUE = List.of(
      described(Kind.HYBRID,
          "Meaning and words together: both legs, each normalised for the question, then added by weight.",
          legs("weighted", true)),
      described(Kind.DENSE, "By meaning: nearest vectors of the embedding model.",
          List.of(HITS, feedback(false), period(false))),
      described(Kind.BM25, "By words.", List.of(HITS, feedback(false), period(false))),
      described(Kind.FUSION, "Both legs by reciprocal ranks, then the deployment's reranker if it has one.",
          with(legs("rrf", false), RetrieverParameter.flag(RERANK, "whether the best are reranked", true))),
      described(Kind.MULTI_QUERY,
          "The question and other wordings of it, each searched, fused by rank. A language model writes them, else rules: key terms, single clauses.",
          with(legs("weighted", true), RetrieverParameter.integer(VARIANTS, "further wordings, at most", 3, 1, 8))),
      described(Kind.HYDE,
          "Beside the question, passages that would answer it are searched by meaning. A language model writes them, else the question is put as a statement.",
          with(legs("weighted", true), RetrieverParameter.integer(PASSAGES, "passages written", 1, 1, 4))),
      described(Kind.SELF_QUERY,
          "Filters are read out of the question by the knowledge base's metadata_schema, by a language model, else where values stand literally.",
          legs("weighted", true)),
      described(Kind.PARENT_DOCUMENT,
          "Finds chunks and shows the larger passages that they belong to, each once: the parents of the parent_child chunker, else the chunk with its neighbours.",
          with(legs("weighted", true),
              RetrieverParameter.integer(WINDOW, "neighbours on either side where the chunker made no parents", 2, 0,
                  5))),
      described(Kind.ENSEMBLE, "Several retrievers, fused by rank.",
          List.of(RetrieverParameter.members(RETRIEVERS,
              "each {name, params, weight}, weight above 0 up to 10 (1); no parent_document, fusion or ensemble", 2,
              5))));

  private RetrieverCatalogue() {}

  /** All retrievers with their parameters, the default first. */
  public static List<RetrieverDescription> all() {
    return CATALOGUE;
  }

  /** @throws SelfRagException {@code VALIDATION_ERROR} for an unknown name */
  static RetrieverDescription named(String name) {
    return CATALOGUE.stream().filter(it -> it.name().equals(name)).findFirst()
        .orElseThrow(() -> new SelfRagException(ErrorCode.VALIDATION_ERROR, "unknown retriever '" + name
            + "'; known are " + CATALOGUE.stream().map(RetrieverDescription::name).collect(Collectors.joining(", "))));
  }

  private static RetrieverDescription described(Kind kind, String description, List<RetrieverParameter> parameters) {
    return new RetrieverDescription(kind.wireName(), description, parameters);
  }

  private static RetrieverParameter feedback(boolean usual) {
    return RetrieverParameter.flag(FEEDBACK, "whether the best passages of a first search teach a second one", usual);
  }

  private static RetrieverParameter period(boolean usual) {
    return RetrieverParameter.flag(PERIOD,
        "whether a document counts half if its title has another year, quarter or month than the question, or is not the newest of its series where the latest is asked for",
        usual);
  }

  private static List<RetrieverParameter> legs(String fusion, boolean feedback) {
    return List.of(HITS, feedback(feedback), period(true),
        RetrieverParameter.number(DENSE_WEIGHT, "weight of meaning, the rest is that of words",
            RetrieverChoice.DEFAULT_WEIGHT, 0, 1),
        RetrieverParameter.choice(FUSION,
            "weighted: scores normalised from 0 to 1 for each question and added; rrf: reciprocal ranks", fusion,
            METHODS));
  }

  private static List<RetrieverParameter> with(List<RetrieverParameter> parameters, RetrieverParameter more) {
    var all = new ArrayList<>(parameters);
    all.add(more);
    return all;
  }
}
