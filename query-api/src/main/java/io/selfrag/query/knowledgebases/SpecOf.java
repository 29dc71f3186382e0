package io.selfrag.query.knowledgebases;

import io.selfrag.embedding.ModelId;
import io.selfrag.embedding.hashing.HashingEmbedder;
import io.selfrag.embedding.settings.EmbeddingSettings.LanguageModel;
import io.selfrag.embedding.settings.EmbeddingSettings;
import io.selfrag.query.knowledgebases.BaseConfig.Embedding;
import io.selfrag.query.retrieve.Retriever;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.avro.ModelRef;
import io.selfrag.schemas.avro.ProcessingSpec;
import io.selfrag.schemas.chunkers.ChunkerCatalogue;
import io.selfrag.service.http.StorableText;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Says what a configuration means for processing, or why it cannot be. Pure but for the deployment's models. */
public final class SpecOf {
  private static final String DEFAULT_RETRIEVER = "hybrid";

  private final EmbeddingSettings deployment;
  private final JsonMapper json;

  public SpecOf(EmbeddingSettings deployment, JsonMapper json) {
    this.deployment = deployment;
    this.json = json;
  }

  /** The configuration with defaults, all of it possible here. */
  BaseConfig complete(@Nullable BaseConfig given) {
    var config = (given == null ? new BaseConfig(null, null, null, null) : given)
        .withDefaults(ChunkerCatalogue.DEFAULT_NAME, DEFAULT_RETRIEVER, deployment.chosenProvider().wireName());
    var retriever = Objects.requireNonNull(Objects.requireNonNull(config.query()).retriever());
    try {
      Retriever.of(retriever.name(), Objects.requireNonNull(retriever.params()));
    } catch (SelfRagException e) {
      throw new SelfRagException(ErrorCode.KB_CONFIG_ERROR, "config.query.retriever: " + e.detail(), e);
    }
    if (!StorableText.isAll(Arrays.asList(retriever.params(), config.metadataSchema(),
        Objects.requireNonNull(Objects.requireNonNull(config.ingestion()).chunker()).params()))) {
      throw new SelfRagException(ErrorCode.KB_CONFIG_ERROR, "config: must hold valid Unicode without NUL");
    }
    of(config);
    return config;
  }

  /**
   * The spec of a complete configuration.
   *
   * @throws SelfRagException {@code INVALID_CHUNKER} or {@code KB_CONFIG_ERROR}
   */
  ProcessingSpec of(BaseConfig config) {
    var ingestion = Objects.requireNonNull(config.ingestion());
    var chunker = Objects.requireNonNull(ingestion.chunker());
    var language = Objects.requireNonNull(ingestion.language());
    var params = Objects.requireNonNull(chunker.params());
    ChunkerCatalogue.check(chunker.name(), params);
    var models = models(Objects.requireNonNull(config.embedding()), language).stream()
        .map(it -> new ModelRef(it.language(), it.model().provider(), it.model().model(), it.model().dimension()))
        .toList();
    // Sorted, so that the same parameters have the same fingerprint in whatever order they were sent.
    return new ProcessingSpec(chunker.name(), json.writeValueAsString(new TreeMap<>(params)), language, models);
  }

  /** The spec as the generations table has it. */
  String toJson(ProcessingSpec spec) {
    return json.writeValueAsString(Map.of("chunker", spec.getChunker(), "chunker_params",
        json.readTree(spec.getChunkerParams()), "language", spec.getLanguage(), "models",
        spec.getModels().stream().map(it -> Map.of("language", it.getLanguage(), "provider", it.getProvider(), "model",
            it.getModel(), "dimension", it.getDimension())).toList()));
  }

  private List<LanguageModel> models(Embedding wanted, String language) {
    EmbeddingSettings.Provider provider = provider(Objects.requireNonNull(wanted.provider()));
    if (provider == EmbeddingSettings.Provider.HASHING && wanted.dim() != null
        && (wanted.model() == null || isHashing(wanted.model()))) {
      return List.of(new LanguageModel("any", HashingEmbedder.idOf(wanted.dim())));
    }
    var settings = provider == deployment.chosenProvider() ? deployment : EmbeddingSettings.of(provider);
    if (wanted.model() == null && wanted.dim() == null) {
      return settings.modelsFor(language);
    }
    // One model for all languages, if the deployment has it.
    return Stream.of("en", "zh").flatMap(it -> settings.modelsFor(it).stream()).map(LanguageModel::model)
        .filter(it -> matches(it, wanted)).findFirst().map(it -> List.of(new LanguageModel("any", it)))
        .orElseThrow(() -> new SelfRagException(ErrorCode.KB_CONFIG_ERROR,
            "config.embedding: this deployment has no such model; it has " + known(settings)));
  }

  private EmbeddingSettings.Provider provider(String name) {
    boolean available = name.equals(deployment.chosenProvider().wireName())
        || name.equals(EmbeddingSettings.Provider.ONNX.wireName())
        || name.equals(EmbeddingSettings.Provider.HASHING.wireName());
    if (!available) {
      throw new SelfRagException(ErrorCode.KB_CONFIG_ERROR,
          "config.embedding.provider: this deployment has no provider \"" + name + "\"; it embeds with "
              + Stream
                  .of(deployment.chosenProvider(), EmbeddingSettings.Provider.ONNX, EmbeddingSettings.Provider.HASHING)
                  .distinct()
                  .map(EmbeddingSettings.Provider::wireName).collect(Collectors.joining(", ")));
    }
    return EmbeddingSettings.Provider.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static boolean matches(ModelId known, Embedding wanted) {
    return (wanted.model() == null || wanted.model().equals(known.model()))
        && (wanted.dim() == null || wanted.dim() == known.dimension());
  }

  private static boolean isHashing(String model) {
    return model.equals(HashingEmbedder.idOf(HashingEmbedder.DEFAULT_DIMENSION).model());
  }

  private static String known(EmbeddingSettings settings) {
    return Stream.of("en", "zh").flatMap(it -> settings.modelsFor(it).stream())
        .map(it -> it.model().model() + " (" + it.model().dimension() + ")").distinct()
        .collect(Collectors.joining(", "));
  }
}
