package io.selfrag.embedding;

/** Arithmetic that tests share. */
public final class Vectors {
  private Vectors() {}

  public static double cosine(float[] left, float[] right) {
    double product = 0;
    for (int i = 0; i < left.length; i++) {
      product += (double) left[i] * right[i];
    }
    return product;
  }
}
