package io.selfrag.embedding.hashing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.selfrag.embedding.CallGate;
import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.embedding.ValidatingEmbedder;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Signed feature hashing: each word, each trigram of a word, each Han character and pair adds or takes a weight at one of
 * the dimensions, and the sum is scaled to length 1. Deterministic on every machine; no model, no I/O, microseconds a text.
 */
public final class HashingEmbedder implements Embedder {
  /** Small enough to be free, large enough for plausible neighbours. */
  public static final int DEFAULT_DIMENSION = 64;
  /** Hashing has no limit of its own; one keeps callers honest about theirs. */
  public static final int MAX_TOKENS = 8_192;

  private static final float WORD = 1f;
  private static final float PART_OF_A_WORD = 0.35f;

  private final ModelId model;
  private final TokenCounter tokens = new WordTokens();
  private final CallGate gate;

  private HashingEmbedder(int dimension) {
    this.model = idOf(dimension);
    this.gate = new CallGate(model.key());
  }

  /** An embedder of the given dimension, behind the checks of {@link ValidatingEmbedder}. */
  public static Embedder create(int dimension) {
    return new ValidatingEmbedder(new HashingEmbedder(dimension));
  }

  /** Provider, name and dimension. */
  public static ModelId idOf(int dimension) {
    return new ModelId("hashing", "words-and-trigrams", dimension);
  }

  /** Counts as every hashing embedder does. */
  public static TokenCounter counter() {
    return new WordTokens();
  }

  @Override
  public ModelId model() {
    return model;
  }

  @Override
  public int maxTokens() {
    return MAX_TOKENS;
  }

  @Override
  public TokenCounter tokenCounter() {
    return tokens;
  }

  @Override
  public List<float[]> embedPassages(List<String> texts) {
    return gate.call(() -> texts.stream().map(this::embed).toList());
  }

  @Override
  public float[] embedQuery(String text) {
    return gate.call(() -> embed(text));
  }

  @Override
  public void check() {
    gate.call(() -> true);
  }

  @Override
  public void close() {
    gate.shut(() -> {});
  }

  private float[] embed(String text) {
    int count = tokens.count(text);
    if (count > MAX_TOKENS) {
      throw new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE,
          "a text of " + count + " tokens; " + model.key() + " reads at most " + MAX_TOKENS);
    }
    float[] vector = new float[model.dimension()];
    for (String word : words(text.toLowerCase(Locale.ROOT))) {
      addWord(vector, word);
    }
    return scaled(vector, text);
  }

  /** Runs of letters and digits, and runs of Han or kana characters. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = 0;
    int kind = 0;
    for (int i = 0; i < text.length();) {
      int codePoint = text.codePointAt(i);
      int kindHere = WordTokens.isSingle(codePoint) ? 2 : WordTokens.isWordPart(codePoint) ? 1 : 0;
      if (kindHere != kind) {
        if (kind != 0) {
          words.add(text.substring(start, i));
        }
        start = i;
        kind = kindHere;
      }
      i += Character.charCount(codePoint);
    }
    if (kind != 0) {
      words.add(text.substring(start));
    }
    return words;
  }

  private static void addWord(float[] vector, String word) {
    if (WordTokens.isSingle(word.codePointAt(0))) {
      addGrams(vector, word, 1, PART_OF_A_WORD);
      addGrams(vector, word, 2, WORD);
    } else {
      add(vector, word, WORD);
      addGrams(vector, "^" + word + "$", 3, PART_OF_A_WORD);
    }
  }

  private static void addGrams(float[] vector, String word, int size, float weight) {
    int[] codePoints = word.codePoints().toArray();
    for (int i = 0; i + size <= codePoints.length; i++) {
      add(vector, new String(codePoints, i, size), weight);
    }
  }

  private static void add(float[] vector, String feature, float weight) {
    int hash = mix(feature.hashCode());
    vector[Integer.remainderUnsigned(hash >>> 1, vector.length)] += (hash & 1) == 0 ? weight : -weight;
  }

  /** Murmur3's finaliser: {@code String.hashCode} alone keeps the low bits of similar words alike. */
  private static int mix(int hash) {
    int h = hash;
    h = (h ^ (h >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return h ^ (h >>> 16);
  }

  private static float[] scaled(float[] vector, String text) {
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    if (squares == 0) { // marks only, or features that cancel out: still a vector of its own
      vector[Integer.remainderUnsigned(mix(text.hashCode()), vector.length)] = 1f;
      return vector;
    }
    float scale = (float) (1 / Math.sqrt(squares));
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= scale;
    }
    return vector;
  }
}
