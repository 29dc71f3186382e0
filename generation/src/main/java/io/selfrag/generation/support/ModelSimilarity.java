package io.selfrag.generation.support;

import io.selfrag.embedding.Embedder;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.language.LanguageDetector;
import io.selfrag.embedding.settings.EmbeddingModels;
import io.selfrag.embedding.settings.EmbeddingSettings.LanguageModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Cosine by the deployment's embedding model of the text's language. Models spread their cosines differently (two unrelated English
 * texts have .4 and more in common for bge-small), so each is stretched between what unrelated and what equal texts have.
 */
public final class ModelSimilarity implements Similarity {
  private final EmbeddingModels models;

  public ModelSimilarity(EmbeddingModels models) {
    this.models = models;
  }

  @Override
  public double[] between(String text, List<String> others) {
    return between(text, others, new HashMap<>());
  }

  private double[] between(String text, List<String> others, Map<Known, float[]> known) {
    if (others.isEmpty()) {
      return new double[0];
    }
    var id = modelOf(text);
    var all = new ArrayList<Known>();
    all.add(new Known(id, text));
    others.forEach(it -> all.add(new Known(id, it)));
    var unread = all.stream().filter(it -> !known.containsKey(it)).distinct().toList();
    if (!unread.isEmpty()) {
      var embedder = models.of(id);
      var vectors = embedder.embedPassages(unread.stream().map(it -> fitting(it.text(), embedder)).toList());
      for (int i = 0; i < vectors.size(); i++) {
        known.put(unread.get(i), vectors.get(i));
      }
    }
    var vector = Objects.requireNonNull(known.get(all.getFirst()));
    return all.stream().skip(1)
        .mapToDouble(it -> scale(id, dot(vector, Objects.requireNonNull(known.get(it))))).toArray();
  }

  /** A text as a model reads it. */
  private record Known(ModelId model, String text) {}

  @Override
  public Similarity remembering() {
    var known = new HashMap<Known, float[]>();
    return new Similarity() {
      @Override
      public double[] between(String text, List<String> others) {
        return ModelSimilarity.this.between(text, others, known);
      }

      @Override
      public double scaled(String text, double cosine) {
        return ModelSimilarity.this.scaled(text, cosine);
      }

      @Override
      public boolean comparable(String question, String passage) {
        return ModelSimilarity.this.comparable(question, passage);
      }
    };
  }

  @Override
  public double scaled(String text, double cosine) {
    return scale(modelOf(text), cosine);
  }

  @Override
  public boolean comparable(String question, String passage) {
    return modelOf(question).equals(modelOf(passage));
  }

  private ModelId modelOf(String text) {
    var language = LanguageDetector.detect(text).modelLanguage();
    var all = models.settings().modelsFor("auto");
    return all.stream().filter(it -> it.language().equals(language)).findFirst().orElse(all.getFirst()).model();
  }

  /** The text, or its beginning where it is longer than the model reads. */
  private static String fitting(String text, Embedder embedder) {
    int[] ends = embedder.tokenCounter().tokenEnds(text);
    return ends.length <= embedder.maxTokens() ? text : text.substring(0, ends[embedder.maxTokens() - 1]);
  }

  private static double scale(ModelId model, double cosine) {
    double unrelated = switch (model.model()) {
      case "bge-small-en-v1.5" -> 0.50;
      case "bge-small-zh-v1.5" -> 0.35;
      case "bge-m3" -> 0.35;
      default -> 0.20;
    };
    double alike = model.provider().equals("hashing") ? 0.7 : 0.85;
    return Math.clamp((cosine - unrelated) / (alike - unrelated), 0, 1);
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The languages' models, for those who say what took part. */
  public List<ModelId> models() {
    return models.settings().modelsFor("auto").stream().map(LanguageModel::model).distinct().toList();
  }
}
