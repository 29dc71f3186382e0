package io.selfrag.embedding.onnx;

import java.util.List;

import io.selfrag.embedding.CallGate;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.embedding.ValidatingEmbedder;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Embeds in process. Passages run on the shared {@link InferenceThreads}, a question on its caller's own thread, so that it
 * never waits behind an import. {@link #close()} returns when no run is in flight and the session is freed.
 *
 * <p>A JVM that shuts down without it is safe too: see {@link LastingEnvironment}.
 */
public final class OnnxEmbedder implements Embedder {
  /** The model's 512 positions less the two special tokens. */
  public static final int MAX_TOKENS = 510;

  private static final int LONG_TEXT = 32_768;

  private final OnnxModel model;
  private final InferenceThreads threads;
  private final BertTokenizer tokenizer;
  private final OnnxSession session;
  private final CallGate gate;

  private OnnxEmbedder(OnnxModel model, InferenceThreads threads) {
    this.model = model;
    this.threads = threads;
    this.tokenizer = BertTokenizer.load(model);
    this.session = OnnxSession.open(model);
    this.gate = new CallGate(model.id().key());
  }

  /** Loads the model from the class path (about 0.3 s, 25 to 35 MB) behind the checks of {@link ValidatingEmbedder}. */
  public static Embedder open(OnnxModel model, InferenceThreads threads) {
    return new ValidatingEmbedder(new OnnxEmbedder(model, threads));
  }

  @Override
  public ModelId model() {
    return model.id();
  }

  @Override
  public int maxTokens() {
    return MAX_TOKENS;
  }

  @Override
  public TokenCounter tokenCounter() {
    return tokenizer;
  }

  @Override
  public List<float[]> embedPassages(List<String> texts) {
    return gate.call(() -> PassageRun.run(texts, threads.size(), this::embed, threads));
  }

  /**
   * Between the question with the model's instruction and the question as it is: claims and keywords fare better without it,
   * questions with it, and the mean is near the better of both (SciFact .717 nDCG@10 against .706 and .715; RGB's news .679 against
   * .663 and .685).
   */
  @Override
  public float[] embedQuery(String text) {
    return gate.call(() -> mean(embed(model.queryInstruction() + text), embed(text)));
  }

  @Override
  public void check() {
    gate.call(() -> true);
  }

  @Override
  public void close() {
    gate.shut(session::close);
  }

  /** Of two directions the one between them. */
  private static float[] mean(float[] a, float[] b) {
    double squares = 0;
    for (int i = 0; i < a.length; i++) {
      squares += Math.pow((double) a[i] + b[i], 2);
    }
    double length = Math.sqrt(squares);
    float[] mean = new float[a.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (float) (((double) a[i] + b[i]) / length);
    }
    return mean;
  }

  private float[] embed(String text) {
    if (text.length() > LONG_TEXT) {
      requireFits(tokenizer.count(text)); // piece by piece: no native array of millions for a text that is refused
    }
    long[] ids = tokenizer.idsWithSpecialTokens(text);
    requireFits(ids.length - 2);
    return session.run(ids);
  }

  private void requireFits(int tokens) {
    if (tokens > MAX_TOKENS) {
      throw new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE,
          "a text of " + tokens + " tokens; " + model.id().key() + " reads at most " + MAX_TOKENS);
    }
  }
}
