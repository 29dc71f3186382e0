package io.selfrag.embedding.onnx;

import io.selfrag.embedding.ModelId;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The models that ship as resources; int8 quantised, CLS pooling, 510 tokens of text between two special ones. */
public enum OnnxModel {
  /** English, 384 dimensions. */
  BGE_SMALL_EN("bge-small-en-v1.5", 384, "Represent this sentence for searching relevant passages: "),
  /** Chinese, 512 dimensions. */
  BGE_SMALL_ZH("bge-small-zh-v1.5", 512, "为这个句子生成表示以用于检索相关文章：");

  private final String modelName;
  private final int dimension;
  private final String queryInstruction;

  OnnxModel(String modelName, int dimension, String queryInstruction) {
    this.modelName = modelName;
    this.dimension = dimension;
    this.queryInstruction = queryInstruction;
  }

  /** Names and dimensions, for messages. */
  public static String names() {
    return Arrays.stream(values()).map(it -> it.modelName + " (" + it.dimension + ")")
        .collect(Collectors.joining(", "));
  }

  /** The model of a name, of a dimension, or of both; empty if neither is given. */
  public static Optional<OnnxModel> named(@Nullable String name, @Nullable Integer dimension) {
    boolean anyName = name == null || name.isBlank();
    return anyName && dimension == null
        ? Optional.empty()
        : Arrays.stream(values()).filter(it -> anyName || it.modelName.equals(name))
            .filter(it -> dimension == null || it.dimension == dimension).findFirst();
  }

  /** False if something is given that no model has. */
  public static boolean areNamedBy(@Nullable String name, @Nullable Integer dimension) {
    boolean nothing = (name == null || name.isBlank()) && dimension == null;
    return nothing || named(name, dimension).isPresent();
  }

  /** Provider, name and dimension. */
  public ModelId id() {
    return new ModelId("onnx", modelName, dimension);
  }

  /** What the model's card puts before a question; passages get nothing. */
  String queryInstruction() {
    return queryInstruction;
  }

  String modelResource() {
    return "/" + modelName + "-q.onnx";
  }

  String tokenizerResource() {
    return "/" + modelName + "-q-tokenizer.json";
  }
}
