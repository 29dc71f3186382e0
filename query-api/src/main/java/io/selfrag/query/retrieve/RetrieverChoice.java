package io.selfrag.query.retrieve;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which legs a search has and how they are fused.
 *
 * @param kind dense, bm25 or both
 * @param denseWeight weight of the dense leg in the fused score, 0 to 1; the rest is BM25's. Equal weights were near the best on
 *     English and on Chinese
 * @param fusion how the legs are put together
 * @param feedback whether a first search's best passages teach a second one what to look for
 * @param candidates hits asked of each leg, 10 to 1000; more where {@code top_k} needs them
 */
public record RetrieverChoice(Kind kind, double denseWeight, FusionMethod fusion, boolean feedback,
    int candidates) {
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

  /** Names that a request may use. */
  public static final Set<String> NAMES = Set.of("dense", "bm25", "hybrid");

  private static final Set<String> SHARED_PARAMETERS = Set.of("candidates", "feedback");
  private static final double DEFAULT_WEIGHT = 0.5;
  private static final int DEFAULT_CANDIDATES = 100;

  /** The default: both legs, min-max normalised, equal weights, with feedback. */
  public static RetrieverChoice hybrid() {
    return new RetrieverChoice(Kind.HYBRID, DEFAULT_WEIGHT, FusionMethod.WEIGHTED, true, DEFAULT_CANDIDATES);
  }

  /**
   * Reads a name and its parameters.
   *
   * @throws SelfRagException {@code VALIDATION_ERROR} for an unknown name, parameter or a value out of bounds
   */
  public static RetrieverChoice of(String name, Map<String, ? extends @Nullable Object> params) {
    if (!NAMES.contains(name)) {
      throw invalid("unknown retriever '" + name + "'; known are bm25, dense, hybrid");
    }
    var kind = Kind.valueOf(name.toUpperCase(Locale.ROOT));
    double weight = DEFAULT_WEIGHT;
    var fusion = FusionMethod.WEIGHTED;
    boolean feedback = kind == Kind.HYBRID;
    int candidates = DEFAULT_CANDIDATES;
    for (var param : params.entrySet()) {
      if (kind != Kind.HYBRID && !SHARED_PARAMETERS.contains(param.getKey())) {
        throw invalid("retriever '" + name + "' has no parameter '" + param.getKey() + "'");
      }
      switch (param.getKey()) {
        case "candidates" -> candidates = integer(param, 10, 1000);
        case "feedback" -> feedback = bool(param);
        case "dense_weight" -> weight = number(param, 0, 1);
        case "fusion" -> fusion = fusionMethod(param.getValue());
        default -> throw invalid("retriever '" + name + "' has no parameter '" + param.getKey() + "'");
      }
    }
    return new RetrieverChoice(kind, weight, fusion, feedback, candidates);
  }

  boolean hasDense() {
    return kind != Kind.BM25;
  }

  boolean hasBm25() {
    return kind != Kind.DENSE;
  }

  private static double number(Map.Entry<String, ? extends @Nullable Object> param, double least, double most) {
    if (param.getValue() instanceof Number value && value.doubleValue() >= least && value.doubleValue() <= most) {
      return value.doubleValue();
    }
    throw invalid("retriever parameter '" + param.getKey() + "' must be a number from " + least + " to " + most);
  }

  private static boolean bool(Map.Entry<String, ? extends @Nullable Object> param) {
    if (param.getValue() instanceof Boolean value) {
      return value;
    }
    throw invalid("retriever parameter '" + param.getKey() + "' must be true or false");
  }

  private static int integer(Map.Entry<String, ? extends @Nullable Object> param, int least, int most) {
    double value = number(param, least, most);
    if (value != Math.rint(value)) {
      throw invalid("retriever parameter '" + param.getKey() + "' must be a whole number");
    }
    return (int) value;
  }

  private static FusionMethod fusionMethod(@Nullable Object value) {
    if ("weighted".equals(value)) {
      return FusionMethod.WEIGHTED;
    }
    if ("rrf".equals(value)) {
      return FusionMethod.RRF;
    }
    throw invalid("retriever parameter 'fusion' must be weighted or rrf");
  }

  private static SelfRagException invalid(String detail) {
    return new SelfRagException(ErrorCode.VALIDATION_ERROR, detail);
  }
}
