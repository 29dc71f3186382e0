package io.selfrag.query.passages;

import io.selfrag.catalog.search.SearchableKnowledgeBase;
import io.selfrag.embedding.ModelId;
import io.selfrag.query.retrieve.Retriever;
import io.selfrag.query.retrieve.SearchTarget;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;

/** Reads a knowledge base's stored specification; what is stored was validated when it was written. */
final class TargetReader {
  private static final String WITH_PARENTS = "parent_child";

  private final ObjectReader specs;
  private final ObjectReader configs;

  TargetReader(ObjectMapper json) {
    var reader = json.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    this.specs = reader.forType(Spec.class);
    this.configs = reader.forType(Config.class);
  }

  private record Spec(List<Model> models, @Nullable String chunker) {}

  private record Model(String language, String provider, String model, int dimension) {}

  private record Config(@Nullable Query query, @Nullable Map<String, Object> metadataSchema) {}

  private record Query(@Nullable Named retriever, @Nullable Integer topK, @Nullable Double scoreThreshold) {}

  private record Named(@Nullable String name, @Nullable Map<String, Object> params) {}

  SearchTarget read(SearchableKnowledgeBase row) {
    Spec spec = specs.readValue(row.spec());
    Config config = configs.readValue(row.config());
    var query = config.query() == null ? new Query(null, null, null) : config.query();
    var models = spec.models().stream().map(model -> new SearchTarget.LanguageModel(model.language(),
        new ModelId(model.provider(), model.model(), model.dimension()))).toList();
    var isolation = switch (row.place()) {
      case PARTITION -> Isolation.PARTITION;
      case COLLECTION -> Isolation.COLLECTION;
    };
    return new SearchTarget(row.id(), row.generation(), models, isolation, retriever(query.retriever()),
        query.topK() == null ? SearchTarget.DEFAULT_TOP_K : query.topK(), query.scoreThreshold(),
        WITH_PARENTS.equals(spec.chunker()), config.metadataSchema() == null ? Map.of() : config.metadataSchema());
  }

  private static Retriever retriever(@Nullable Named given) {
    return given == null || given.name() == null
        ? Retriever.hybrid()
        : Retriever.of(given.name(), given.params() == null ? Map.of() : given.params());
  }
}
