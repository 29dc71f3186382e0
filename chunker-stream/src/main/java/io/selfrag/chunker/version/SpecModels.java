package io.selfrag.chunker.version;

import io.selfrag.chunker.split.TextChunk;
import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.TokenCounter;
import io.selfrag.embedding.language.Language;
import io.selfrag.embedding.language.LanguageDetector;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.ModelRef;
import io.selfrag.schemas.avro.ProcessingSpec;
import java.util.List;
import java.util.Optional;

/** Chooses among a generation's models: by the language of each chunk where there is one for each. */
final class SpecModels {
  private static final String ANY = "any";
  private static final String AUTO = "auto";

  private final Models models;
  private final List<ModelRef> refs;
  private final Optional<String> fixedLanguage;
  private final ModelRef leading;

  /**
   * @param text the whole document: the model of its language counts while it is cut
   */
  SpecModels(Models models, ProcessingSpec spec, String text) {
    this.models = models;
    this.refs = spec.getModels();
    if (refs.isEmpty()) {
      throw new SelfRagException(ErrorCode.KB_CONFIG_ERROR, "the generation names no embedding model");
    }
    this.fixedLanguage = Optional.of(spec.getLanguage()).filter(it -> !it.equals(AUTO));
    this.leading = modelFor(modelLanguageOf(text));
  }

  TokenCounter leadingCounter() {
    return counter(leading);
  }

  /** What each of the models reads whole. */
  int maxTokens() {
    return refs.stream().mapToInt(it -> models.maxTokensOf(id(it))).min().orElseThrow();
  }

  /** The chunk's language as it is shown. */
  String languageOf(String text) {
    return fixedLanguage.orElseGet(() -> LanguageDetector.detect(text).code());
  }

  /**
   * The model of the chunk's language; the document's if that one could not read the chunk whole, since it was cut by the
   * other's count.
   */
  ModelRef modelOf(String text, int limit) {
    ModelRef own = modelFor(modelLanguageOf(text));
    return own.equals(leading) || counter(own).count(text) <= limit ? own : leading;
  }

  TokenCounter counter(ModelRef model) {
    return models.counterOf(id(model));
  }

  /** Tokens of the chunk in the model's count; it was cut by that of the leading one. */
  int tokensOf(TextChunk chunk, ModelRef model) {
    return model.equals(leading) ? chunk.tokens() : counter(model).count(chunk.text());
  }

  private String modelLanguageOf(String text) {
    return fixedLanguage.orElseGet(() -> {
      Language language = LanguageDetector.detect(text);
      return language.modelLanguage();
    });
  }

  private ModelRef modelFor(String language) {
    return find(language).or(() -> find(ANY)).orElse(refs.getFirst());
  }

  private Optional<ModelRef> find(String language) {
    return refs.stream().filter(it -> it.getLanguage().equals(language)).findFirst();
  }

  private static ModelId id(ModelRef ref) {
    return new ModelId(ref.getProvider(), ref.getModel(), ref.getDimension());
  }
}
