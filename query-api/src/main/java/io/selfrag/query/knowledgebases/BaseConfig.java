package io.selfrag.query.knowledgebases;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A knowledge base's configuration as clients write it; {@link #withDefaults} is how it is kept and shown.
 *
 * @param metadataSchema JSON Schema of its documents' metadata; described, not enforced
 */
public record BaseConfig(@Nullable @Valid Ingestion ingestion, @Nullable @Valid Query query,
    @Nullable @Valid Embedding embedding, @Nullable Map<String, Object> metadataSchema) {

  /** How documents are cut. */
  public record Ingestion(@Nullable @Valid Named chunker,
      @Nullable @Pattern(regexp = "auto|en|zh", message = "must be auto, en or zh") String language) {}

  /** How it is searched. */
  public record Query(@Nullable @Valid Named retriever, @Nullable @Min(1) @Max(50) Integer topK,
      @Nullable @DecimalMin("0") @DecimalMax("1") Double scoreThreshold) {}

  /** A part of the pipeline by name, with its parameters. */
  public record Named(@NotNull @Size(min = 1, max = 64) String name, @Nullable Map<String, Object> params) {
    Named withDefaults() {
      return new Named(name, params == null ? Map.of() : params);
    }
  }

  /**
   * The embedding model.
   *
   * @param model null: the provider's own
   */
  public record Embedding(@Nullable @Size(min = 1, max = 64) String provider,
      @Nullable @Size(min = 1, max = 255) String model, @Nullable @Min(1) @Max(8192) Integer dim) {}

  /** With every choice that was left open made. */
  BaseConfig withDefaults(String defaultChunker, String defaultRetriever, String defaultProvider) {
    var cut = ingestion == null ? new Ingestion(null, null) : ingestion;
    var search = query == null ? new Query(null, null, null) : query;
    var model = embedding == null ? new Embedding(null, null, null) : embedding;
    return new BaseConfig(
        new Ingestion(cut.chunker == null ? new Named(defaultChunker, Map.of()) : cut.chunker.withDefaults(),
            cut.language == null ? "auto" : cut.language),
        new Query(search.retriever == null ? new Named(defaultRetriever, Map.of()) : search.retriever.withDefaults(),
            search.topK == null ? Integer.valueOf(5) : search.topK, search.scoreThreshold),
        new Embedding(model.provider == null ? defaultProvider : model.provider, model.model, model.dim),
        metadataSchema == null ? Map.of() : metadataSchema);
  }
}
