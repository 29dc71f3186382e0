package io.selfrag.query.passages;

import io.selfrag.catalog.search.SearchableKnowledgeBase;
import io.selfrag.embedding.ModelId;
import io.selfrag.query.retrieve.RetrieverChoice;
import io.selfrag.query.retrieve.SearchTarget;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;

/** Reads a knowledge base's stored specification; what is stored was validated when it was written. */
final class TargetReader {
  private final ObjectMapper json;

  TargetReader(ObjectMapper json) {
    this.json = json;
  }

  private record Spec(List<Model> models) {}

  private record Model(String language, String provider, String model, int dimension) {}

  private record Config(@Nullable Query query) {}

  private record Query(@Nullable Retriever retriever) {}

  private record Retriever(@Nullable String name, @Nullable Map<String, Object> params) {}

  SearchTarget read(SearchableKnowledgeBase row) {
    var reader = json.reader().without(tools.jackson.databind.DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    Spec spec = reader.forType(Spec.class).readValue(row.spec());
    Config config = reader.forType(Config.class).readValue(row.config());
    var models = spec.models().stream().map(model -> new SearchTarget.LanguageModel(model.language(),
        new ModelId(model.provider(), model.model(), model.dimension()))).toList();
    return new SearchTarget(row.id(), row.generation(), models, row.revision(), retriever(config));
  }

  private static RetrieverChoice retriever(Config config) {
    if (config.query() == null || config.query().retriever() == null || config.query().retriever().name() == null) {
      return RetrieverChoice.hybrid();
    }
    var params = config.query().retriever().params();
    return RetrieverChoice.of(config.query().retriever().name(), params == null ? Map.of() : params);
  }
}
