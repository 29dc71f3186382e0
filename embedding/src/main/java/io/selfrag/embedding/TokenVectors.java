package io.selfrag.embedding;

import java.util.Arrays;

/** The vectors of a text's tokens, each of length 1, in {@code 4 × count × dimension} bytes. Unchangeable. */
public final class TokenVectors {
  private final int dimension;
  private final int count;
  /** Component by component, each of all tokens: so that one component of a question meets all tokens at once. */
  private final float[] components;

  private TokenVectors(int dimension, int count, float[] components) {
    this.dimension = dimension;
    this.count = count;
    this.components = components;
  }

  /** @param vectors of any length above 0, all of the same dimension */
  public static TokenVectors of(int dimension, float[][] vectors) {
    var components = new float[dimension * vectors.length];
    for (int token = 0; token < vectors.length; token++) {
      double squares = 0;
      for (float component : vectors[token]) {
        squares += (double) component * component;
      }
      double length = Math.sqrt(squares);
      for (int i = 0; i < dimension; i++) {
        components[i * vectors.length + token] = (float) (vectors[token][i] / length);
      }
    }
    return new TokenVectors(dimension, vectors.length, components);
  }

  public int count() {
    return count;
  }

  /**
   * How much of these tokens another text has: for each of them the cosine of the nearest token there, and of these the mean
   * (MaxSim of Khattab and Zaharia, SIGIR 2020). 0 if either has none.
   */
  public double foundIn(TokenVectors text) {
    if (count == 0 || text.count == 0) {
      return 0;
    }
    var cosines = new float[text.count];
    double sum = 0;
    for (int token = 0; token < count; token++) {
      sum += nearest(token, text, cosines);
    }
    return sum / count;
  }

  private double nearest(int token, TokenVectors text, float[] cosines) {
    Arrays.fill(cosines, 0);
    for (int i = 0; i < dimension; i++) {
      float component = components[i * count + token];
      int row = i * text.count;
      for (int other = 0; other < text.count; other++) {
        cosines[other] += component * text.components[row + other];
      }
    }
    float nearest = cosines[0];
    for (float cosine : cosines) {
      nearest = Math.max(nearest, cosine);
    }
    return nearest;
  }
}
