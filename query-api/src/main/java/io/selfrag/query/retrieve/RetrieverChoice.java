package io.selfrag.query.retrieve;

import java.util.Locale;

/**
 * Which legs a search has and how they are fused.
 *
 * @param kind dense, bm25 or both
 * @param denseWeight weight of the dense leg in the fused score, 0 to 1; the rest is BM25's. Equal weights were near the best on
 *     English and on Chinese
 * @param fusion how the legs are put together
 * @param feedback whether a first search's best passages teach a second one what to look for
 * @param period whether documents of another time than the question asks about count less
 * @param candidates hits asked of each leg, 10 to 1000; more where {@code top_k} needs them
 */
public record RetrieverChoice(Kind kind, double denseWeight, FusionMethod fusion, boolean feedback,
    boolean period, int candidates) {
  /** Legs of a search. */
  public enum Kind {
    DENSE, BM25, HYBRID;

    /** Name in requests and answers. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How ranked lists become one. */
  public enum FusionMethod {
    WEIGHTED, RRF
  }

  static final double DEFAULT_WEIGHT = 0.5;
  static final int DEFAULT_CANDIDATES = 100;

  /** The default: both legs, min-max normalised, equal weights, with feedback, heeding the time that is asked about. */
  public static RetrieverChoice hybrid() {
    return new RetrieverChoice(Kind.HYBRID, DEFAULT_WEIGHT, FusionMethod.WEIGHTED, true, true, DEFAULT_CANDIDATES);
  }

  /** The legs of a retriever, by its parameters. */
  static RetrieverChoice of(Retriever.Kind retriever, RetrieverParameters given) {
    var kind = switch (retriever) {
      case DENSE -> Kind.DENSE;
      case BM25 -> Kind.BM25;
      default -> Kind.HYBRID;
    };
    boolean both = kind == Kind.HYBRID;
    return new RetrieverChoice(kind, both ? given.number(RetrieverCatalogue.DENSE_WEIGHT) : DEFAULT_WEIGHT,
        both && given.choice(RetrieverCatalogue.FUSION).equals("rrf") ? FusionMethod.RRF : FusionMethod.WEIGHTED,
        given.flag(RetrieverCatalogue.FEEDBACK), given.flag(RetrieverCatalogue.PERIOD),
        given.integer(RetrieverCatalogue.CANDIDATES));
  }

  /** The same as one search, which teaches nothing. */
  RetrieverChoice withoutFeedback() {
    return new RetrieverChoice(kind, denseWeight, fusion, false, period, candidates);
  }

  boolean hasDense() {
    return kind != Kind.BM25;
  }

  boolean hasBm25() {
    return kind != Kind.DENSE;
  }
}
