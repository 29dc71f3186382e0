package io.selfrag.generation.rerank.late;

import io.selfrag.embedding.TokenEmbedder;
import io.selfrag.embedding.language.LanguageDetector;
import io.selfrag.generation.rerank.Reranker;
import io.selfrag.generation.rerank.RerankerId;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Holds each token of a question against those of each passage and takes the nearest (ColBERT's MaxSim), with the token vectors of
 * the embedding model of the question's language, which was not trained for it: what the search found therefore counts beside.
 * Works on the caller's thread, a passage after the other; one that is interrupted leaves before the next.
 */
public final class LateInteractionReranker implements Reranker {
  /** Name in settings and answers. */
  public static final String PROVIDER = "late_interaction";
  /** Passages of one question; the work grows with each. */
  public static final int MOST_PASSAGES = 50;

  private static final int QUESTION_TOKENS = 64;
  private static final int PASSAGE_TOKENS = 256;
  /** Up to here no set lost more than .0001 by it (docs/retrieval.md). */
  private static final double SHARE = 0.3;

  private final Function<String, TokenEmbedder> models;
  private final Duration limit;

  /**
   * @param models of a language, {@code en} or {@code zh}; not closed by this
   * @param limit of one question with its passages
   */
  public LateInteractionReranker(Function<String, TokenEmbedder> models, Duration limit) {
    this.models = models;
    this.limit = limit;
  }

  @Override
  public RerankerId id() {
    return new RerankerId(PROVIDER, "maxsim");
  }

  @Override
  public double share() {
    return SHARE;
  }

  @Override
  public List<Double> score(String question, List<String> passages) {
    long started = System.nanoTime();
    var model = models.apply(LanguageDetector.detect(question).modelLanguage());
    var wanted = model.embedTokens(question, QUESTION_TOKENS);
    var scores = new ArrayList<Double>();
    for (String passage : passages) {
      requireTime(started);
      scores.add(Math.clamp(wanted.foundIn(model.embedTokens(passage, PASSAGE_TOKENS)), 0, 1));
    }
    return scores;
  }

  private void requireTime(long started) {
    if (Thread.currentThread().isInterrupted()) {
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "nobody waits for the order any more");
    }
    if (System.nanoTime() - started > limit.toNanos()) {
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "reranking took more than " + limit.toMillis() + " ms");
    }
  }

  @Override
  public void close() {
    // The models are their owner's.
  }
}
