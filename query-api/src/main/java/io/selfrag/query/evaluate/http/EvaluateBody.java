package io.selfrag.query.evaluate.http;

import io.selfrag.query.evaluate.JudgedQuery;
import io.selfrag.query.retrieve.http.RetrieveBody.RetrieverOverride;
import io.selfrag.service.http.ValidationException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Body of {@code POST /v1/knowledge-bases/{id}/evaluate}.
 *
 * @param retrievers 1 to 10, the first is what others are compared with; absent: dense, bm25 and hybrid
 * @param k a further depth of interest beside 10 and 100; absent: 10
 * @param details adds each query's measures and times
 */
record EvaluateBody(@NotNull @Size(min = 1, max = 500) List<@NotNull @Valid Query> queries,
    @Nullable @Size(min = 1, max = 10) List<@NotNull @Valid RetrieverOverride> retrievers,
    @Nullable @Min(1) @Max(100) Integer k, @Nullable Boolean details) {
  private static final List<RetrieverOverride> USUAL = List.of(new RetrieverOverride("hybrid", null),
      new RetrieverOverride("dense", null), new RetrieverOverride("bm25", null));

  /** A judged query: grade by document id, external id or chunk id. */
  record Query(@NotNull @Size(min = 1, max = 255) String id,
      @NotNull @Size(max = 8192) @Pattern(regexp = "(?s).*\\S.*", message = "must not be blank") String text,
      @NotNull @Size(min = 1, max = 1000) Map<@NotNull @Size(min = 1, max = 512) String, @NotNull @Min(0) @Max(100) Integer> relevant) {}

  List<RetrieverOverride> contenders() {
    return retrievers == null ? USUAL : retrievers;
  }

  int depth() {
    return k == null ? 10 : k;
  }

  boolean wantsDetails() {
    return Boolean.TRUE.equals(details);
  }

  /** @throws ValidationException for queries of one id, or one that nothing answers */
  List<JudgedQuery> judged() {
    var ids = new HashSet<String>();
    for (Query query : queries) {
      if (!ids.add(query.id())) {
        throw new ValidationException("body", "queries", "the id \"" + query.id() + "\" stands twice", "value_error");
      }
      if (query.relevant().values().stream().noneMatch(grade -> grade > 0)) {
        throw new ValidationException("body", "queries",
            "the query \"" + query.id() + "\" has nothing relevant: one grade must be above 0", "value_error");
      }
    }
    return queries.stream().map(it -> new JudgedQuery(it.id(), it.text(), it.relevant())).toList();
  }
}
