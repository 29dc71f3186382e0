package io.selfrag.query.answer;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.reflect.EvidenceSearch;
import io.selfrag.query.retrieve.Passage;
import io.selfrag.query.retrieve.Retrieval;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The searches of one answer, and what they found, so that its sources can be shown as the search had them. */
public final class FoundPassages implements EvidenceSearch {
  private final Function<String, Mono<Retrieval.Answer>> search;
  private final Map<UUID, Retrieval.Hit> hits = new ConcurrentHashMap<>();
  private volatile Retrieval.@Nullable Answer last;

  /** @param search of the caller, by a query */
  public FoundPassages(Function<String, Mono<Retrieval.Answer>> search) {
    this.search = search;
  }

  @Override
  public Mono<List<Evidence>> search(String query) {
    return search.apply(query).map(answer -> {
      last = answer;
      answer.hits().forEach(it -> hits.putIfAbsent(it.passage().chunkId(), it));
      return answer.hits().stream().map(FoundPassages::evidence).toList();
    });
  }

  private static Evidence evidence(Retrieval.Hit hit) {
    var passage = hit.passage();
    return new Evidence(passage.chunkId(), title(passage), passage.text(), hit.candidate().dense(),
        new Evidence.Around(passage.documentId(), passage.ordinal(), passage.before(), passage.after()));
  }

  private static String title(Passage passage) {
    return passage.headingPath().isEmpty()
        ? passage.title()
        : passage.title() + " › " + String.join(" › ", passage.headingPath());
  }

  /** The hit that a piece of evidence came from. */
  public Retrieval.Hit hit(UUID chunkId) {
    return Objects.requireNonNull(hits.get(chunkId));
  }

  /** The last search; {@code null} if there was none. */
  public Retrieval.@Nullable Answer lastSearch() {
    return last;
  }
}
