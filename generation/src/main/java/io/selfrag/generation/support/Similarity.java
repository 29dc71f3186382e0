package io.selfrag.generation.support;

import java.util.List;

/** How alike texts are in meaning, whatever their words. Blocks for the work; safe for concurrent callers. */
public interface Similarity {
  /** Knows nothing: words alone decide. */
  Similarity NONE = new Similarity() {
    @Override
    public double[] between(String text, List<String> others) {
      return new double[others.size()];
    }

    @Override
    public double scaled(String text, double cosine) {
      return 0;
    }
  };

  /** From 0 (nothing in common) to 1 (the same), one for each other text, on one scale whatever the model. */
  double[] between(String text, List<String> others);

  /** Whether what a search found a passage to be like says anything: false where its model does not read the question's language. */
  default boolean comparable(String question, String passage) {
    return true;
  }

  /** A cosine that a search gave a text, on the same scale. */
  double scaled(String text, double cosine);

  /** The same for one answer, whose texts are compared again and again: it reads each once. Not for concurrent callers. */
  default Similarity remembering() {
    return this;
  }
}
