package io.selfrag.embedding;

import java.util.List;
import java.util.Objects;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Holds an adapter to the port's promises: no blank text goes in, and what comes out has the model's dimension, is finite
 * and of unit length. Every adapter's factory wraps its adapter in one.
 */
public final class ValidatingEmbedder implements Embedder {
  /** Within this of 1 a vector is left as it is, bit for bit; float32 rounding of 1,024 components stays far below. */
  private static final double UNIT_TOLERANCE = 1e-4;

  private final Embedder delegate;

  public ValidatingEmbedder(Embedder delegate) {
    this.delegate = Objects.requireNonNull(delegate);
  }

  @Override
  public ModelId model() {
    return delegate.model();
  }

  @Override
  public int maxTokens() {
    return delegate.maxTokens();
  }

  @Override
  public TokenCounter tokenCounter() {
    return delegate.tokenCounter();
  }

  @Override
  public List<float[]> embedPassages(List<String> texts) {
    if (texts.isEmpty()) {
      return List.of();
    }
    texts.forEach(ValidatingEmbedder::requireText);
    List<float[]> vectors = delegate.embedPassages(texts);
    if (vectors.size() != texts.size()) {
      throw new SelfRagException(ErrorCode.MODEL_UNAVAILABLE,
          model().key() + " answered " + vectors.size() + " vectors for " + texts.size() + " texts");
    }
    return vectors.stream().map(this::requireUnit).toList();
  }

  @Override
  public float[] embedQuery(String text) {
    requireText(text);
    return requireUnit(delegate.embedQuery(text));
  }

  @Override
  public void check() {
    delegate.check();
  }

  @Override
  public void close() {
    delegate.close();
  }

  private static void requireText(String text) {
    if (text.isBlank()) {
      throw new SelfRagException(ErrorCode.VALIDATION_ERROR, "a blank text cannot be embedded");
    }
  }

  private float[] requireUnit(float[] vector) {
    ModelId model = model();
    if (vector.length != model.dimension()) {
      throw new SelfRagException(ErrorCode.WRONG_DIMENSION,
          model.key() + " answered a vector of " + vector.length + " components, not " + model.dimension());
    }
    double squares = 0;
    for (float component : vector) {
      squares += (double) component * component;
    }
    if (!Double.isFinite(squares) || squares == 0) {
      throw new SelfRagException(ErrorCode.INVALID_VECTOR,
          model.key() + (squares == 0 ? " answered a zero vector" : " answered a vector with NaN or infinity"));
    }
    double length = Math.sqrt(squares);
    if (Math.abs(length - 1) <= UNIT_TOLERANCE) {
      return vector;
    }
    float[] scaled = new float[vector.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (vector[i] / length);
    }
    return scaled;
  }
}
