package io.selfrag.generation.rerank;

import java.util.List;

/** Says how well passages answer a question. Implementations are safe for concurrent callers. */
public interface Reranker extends AutoCloseable {
  RerankerId id();

  /** How much its scores count beside the search's, above 0 to 1: at 1 the order is its own. */
  double share();

  /**
   * Scores passages; blocks for the call, within a limit of its own. Failures are {@link io.selfrag.schemas.SelfRagException}s:
   * {@code MODEL_UNAVAILABLE} (transient) if the server is away, busy, too slow or does not have the model, or its answer cannot be
   * read; {@code PAYLOAD_TOO_LARGE} if it cannot read so much; {@code INVALID_REQUEST} if it refuses the texts.
   *
   * @param passages at most a few hundred; long ones may be read in part
   * @return one score for each passage, in their order, 0 to 1, higher is better; comparable within this answer alone
   */
  List<Double> score(String question, List<String> passages);

  @Override
  void close();
}
