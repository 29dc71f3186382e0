package io.selfrag.vectorstore.analysis;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/**
 * The terms of a text as a sparse vector, for stores that multiply with inverse document frequencies themselves. The dot product
 * of a question's and a document's vector, so weighted, is BM25.
 *
 * <p>A term's index is a 32-bit hash. Two terms of one store that share an index count as one word: with 500,000 distinct terms
 * about 29 pairs do, which changes a score now and then and never loses a hit.
 *
 * @param indices distinct, ascending as signed numbers; to be read as unsigned
 * @param values as many weights
 */
public record SparseVector(int[] indices, float[] values) {
  /**
   * Length that documents are compared with, in words. A fixed figure instead of the collection's true mean, since weights are
   * stored with each point and the mean moves; chunks of 1,000 to 2,000 characters have about this many.
   */
  static final float AVERAGE_LENGTH = 220f;

  private static final int HASH_SEED = 0x5e1f_7a6;

  /** The saturated, length-normalised weight of each term of a document. */
  public static SparseVector ofDocument(String text) {
    var terms = TextAnalysis.documentTerms(text);
    float norm = TextAnalysis.K1 * (1 - TextAnalysis.B + TextAnalysis.B * terms.length() / AVERAGE_LENGTH);
    var weights = new TreeMap<Integer, Float>();
    terms.frequencies().forEach(
        (term, count) -> weights.merge(index(term), count * (TextAnalysis.K1 + 1) / (count + norm), Float::sum));
    return of(weights);
  }

  /** How often each term occurs in a question. */
  public static SparseVector ofQuestion(String text) {
    return ofQuestion(WordQuery.of(text));
  }

  /** How much each term of a question counts. */
  public static SparseVector ofQuestion(WordQuery words) {
    var weights = new TreeMap<Integer, Float>();
    words.weights().forEach((term, weight) -> weights.merge(index(term), weight, Float::sum));
    return of(weights);
  }

  /** True for a text without any word. */
  public boolean isEmpty() {
    return indices.length == 0;
  }

  private static int index(String term) {
    return StringHelper.murmurhash3_x86_32(new BytesRef(term.getBytes(StandardCharsets.UTF_8)), HASH_SEED);
  }

  private static SparseVector of(Map<Integer, Float> weights) {
    int[] indices = new int[weights.size()];
    float[] values = new float[weights.size()];
    int i = 0;
    for (var weight : weights.entrySet()) {
      indices[i] = weight.getKey();
      values[i++] = weight.getValue();
    }
    return new SparseVector(indices, values);
  }
}
