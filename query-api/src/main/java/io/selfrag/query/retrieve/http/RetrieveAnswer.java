package io.selfrag.query.retrieve.http;

import io.selfrag.embedding.ModelId;
import io.selfrag.query.retrieve.Hydration;
import io.selfrag.query.retrieve.Passage;
import io.selfrag.query.retrieve.Retrieval;
import io.selfrag.query.retrieve.Retriever.Kind;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Answer of {@code POST /v1/retrieve}; field names are the contract. */
public record RetrieveAnswer(List<Result> results, Model model, @Nullable List<String> hydeQueries,
    @Nullable List<String> generatedQueries, @Nullable Map<String, Object> parsedFilters,
    @Nullable Explanation explanation) {

  private static final Set<String> SYSTEM_FIELDS = Set.of("tenant_id", "knowledge_base_id", "document_id", "chunk_id",
      "generation", "revision", "sensitivity_level", "acl_users", "acl_roles", "acl_groups");

  /** @param metadata the document's, then the system's fields, which win */
  public record Result(UUID chunkId, String text, double score, Map<String, Object> metadata, UUID knowledgeBaseId,
      UUID documentId, @Nullable String contextBefore, @Nullable String contextAfter, String contextText,
      Map<String, @Nullable Double> scores) {}

  /** Which models took part. */
  public record Model(String embeddingProvider, String embeddingModel, @Nullable String llmProvider,
      @Nullable String llmModel, @Nullable String rerankProvider, @Nullable String rerankModel, String retriever) {}

  /**
   * @param dropped how many hits were left out, by reason
   * @param notes what did not go as asked
   * @param document why the named document is not among the results, or that it is
   */
  public record Explanation(Map<String, Long> dropped, Map<String, Long> stageMs, List<String> notes,
      @Nullable Explained document) {}

  /** What became of a document. */
  public record Explained(UUID documentId, String reason, String detail) {}

  static RetrieveAnswer of(Retrieval.Answer answer, boolean explain) {
    var expansion = answer.working().expansion();
    boolean parses = uses(answer, Kind.SELF_QUERY);
    var author = expansion.author();
    return new RetrieveAnswer(answer.hits().stream().map(RetrieveAnswer::result).toList(),
        model(answer, author == null ? null : author.provider(), author == null ? null : author.model()),
        uses(answer, Kind.HYDE) ? expansion.passages() : null,
        uses(answer, Kind.MULTI_QUERY) ? expansion.variants() : null, parses ? expansion.parsedFilters() : null,
        explain ? explanation(answer) : null);
  }

  private static boolean uses(Retrieval.Answer answer, Kind kind) {
    return answer.retrievers().stream().flatMap(it -> it.parts().stream()).anyMatch(it -> it.kind() == kind);
  }

  private static Result result(Retrieval.Hit hit) {
    var passage = hit.passage();
    var scores = new LinkedHashMap<String, @Nullable Double>();
    scores.put("dense", hit.candidate().dense());
    scores.put("bm25", hit.candidate().bm25());
    scores.put("fused", hit.candidate().score());
    scores.put("rerank", hit.rerank());
    scores.put("final", hit.score());
    return new Result(passage.chunkId(), passage.text(), hit.score(), metadata(passage),
        passage.knowledgeBaseId(), passage.documentId(), blankToNull(passage.textBefore()),
        blankToNull(passage.textAfter()), passage.whole(), scores);
  }

  /** The document's metadata, then the system's fields, which win. */
  public static Map<String, Object> metadata(Passage passage) {
    var metadata = new HashMap<String, Object>(passage.metadata());
    // What a caller wrote must not pass for what the system says of whose and for whom it is.
    metadata.keySet().removeAll(SYSTEM_FIELDS);
    metadata.put("title", passage.title());
    putOrRemove(metadata, "page_from", passage.pageFrom());
    putOrRemove(metadata, "page_to", passage.pageTo());
    metadata.put("heading_path", passage.headingPath());
    metadata.put("char_start", passage.charStart());
    metadata.put("char_end", passage.charEnd());
    metadata.put("chunk_index", passage.ordinal());
    metadata.put("version", passage.version());
    return metadata;
  }

  private static void putOrRemove(Map<String, Object> metadata, String field, @Nullable Integer value) {
    if (value == null) {
      metadata.remove(field);
    } else {
      metadata.put(field, value);
    }
  }

  /** Which models took part in a search and, where there is one, in its answer. */
  public static Model model(Retrieval.Answer answer, @Nullable String llmProvider, @Nullable String llmModel) {
    var models = answer.models();
    var reranker = answer.working().reranker();
    return new Model(models.stream().map(ModelId::provider).distinct().collect(Collectors.joining(",")),
        models.stream().map(ModelId::model).distinct().collect(Collectors.joining(",")), llmProvider, llmModel,
        reranker == null ? null : reranker.provider(), reranker == null ? null : reranker.model(),
        answer.retrievers().stream().map(it -> it.kind().wireName()).distinct().collect(Collectors.joining(",")));
  }

  /** What was left out of a search and where its time went. */
  public static Explanation explanation(Retrieval.Answer answer) {
    var dropped = new TreeMap<String, Long>();
    answer.dropped().forEach((reason, count) -> {
      // How many documents an ACL hides is an oracle; it stays inside.
      if (reason != Hydration.Reason.FORBIDDEN) {
        dropped.put(reason.name().toLowerCase(Locale.ROOT), count);
      }
    });
    var stages = new TreeMap<String, Long>();
    answer.stages().forEach((stage, time) -> stages.put(stage, time.toMillis()));
    var presence = answer.presence();
    return new Explanation(dropped, stages, answer.working().notes(), presence == null
        ? null
        : new Explained(presence.documentId(), presence.reason().wireName(), presence.detail()));
  }

  private static @Nullable String blankToNull(String text) {
    return text.isBlank() ? null : text;
  }
}
