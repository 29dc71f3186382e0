package io.selfrag.embedding.onnx;

import io.selfrag.embedding.CallGate;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenEmbedder;
import io.selfrag.embedding.TokenVectors;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The last hidden states of a model's tokens, in process, in a session of its own (25 to 35 MB). */
public final class OnnxTokenEmbedder implements TokenEmbedder {
  /** No model's token is longer than this in characters where words are; what is beyond needs not be looked at. */
  private static final int CHARACTERS_A_TOKEN = 16;

  private final OnnxModel model;
  private final BertTokenizer tokenizer;
  private final OnnxSession session;
  private final CallGate gate;

  private OnnxTokenEmbedder(OnnxModel model) {
    this.model = model;
    this.tokenizer = BertTokenizer.load(model);
    this.session = OnnxSession.open(model);
    this.gate = new CallGate(model.id().key());
  }

  /** Loads the model from the class path, which takes about 0.3 s. */
  public static TokenEmbedder open(OnnxModel model) {
    return new OnnxTokenEmbedder(model);
  }

  @Override
  public ModelId model() {
    return model.id();
  }

  @Override
  public TokenVectors embedTokens(String text, int maxTokens) {
    return gate.call(() -> embed(text, Math.clamp(maxTokens, 1, OnnxEmbedder.MAX_TOKENS)));
  }

  private TokenVectors embed(String text, int maxTokens) {
    var read = tokenizer.tokens(beginning(text, maxTokens * CHARACTERS_A_TOKEN));
    var ids = cut(read.ids(), maxTokens + 2);
    int[] positions = IntStream.range(1, ids.length - 1).filter(it -> isSaid(read.tokens()[it])).toArray();
    return TokenVectors.of(model.id().dimension(), positions.length == 0
        ? new float[0][]
        : session.run(ids, positions));
  }

  /** The first tokens, ended as the model wants them ended. */
  private static long[] cut(long[] ids, int length) {
    if (ids.length <= length) {
      return ids;
    }
    long[] cut = Arrays.copyOf(ids, length);
    cut[length - 1] = ids[ids.length - 1];
    return cut;
  }

  private static String beginning(String text, int length) {
    return text.length() <= length
        ? text
        : text.substring(0, Character.isLowSurrogate(text.charAt(length)) ? length - 1 : length);
  }

  private static boolean isSaid(String token) {
    return token.codePoints().anyMatch(Character::isLetterOrDigit);
  }

  @Override
  public void close() {
    gate.shut(session::close);
  }
}
