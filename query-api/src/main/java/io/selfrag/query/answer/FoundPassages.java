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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The searches of one answer, and what they found, so that its sources can be shown as the search had them. */
public final class FoundPassages implements EvidenceSearch {
  private final Function<String, Mono<Retrieval.Answer>> search;
  private final Map<UUID, Retrieval.Hit> hits = new ConcurrentHashMap<>();
  private final Map<UUID, Place> places = new ConcurrentHashMap<>();
  private volatile Retrieval.@Nullable Answer last;

  /** @param search of the caller, by a query */
  public FoundPassages(Function<String, Mono<Retrieval.Answer>> search) {
    this.search = search;
  }

  @Override
  public Mono<List<Evidence>> search(String query) {
    return search.apply(query).map(answer -> {
      last = answer;
      answer.hits().forEach(it -> {
        hits.putIfAbsent(it.passage().chunkId(), it);
        keepPlaces(it.passage());
      });
      return answer.hits().stream().map(FoundPassages::evidence).toList();
    });
  }

  private static Evidence evidence(Retrieval.Hit hit) {
    var passage = hit.passage();
    return new Evidence(passage.chunkId(), title(passage), passage.text(), hit.candidate().dense(),
        new Evidence.Around(passage.documentId(), passage.ordinal(), parts(passage.before()), parts(passage.after())));
  }

  private static List<Evidence.Part> parts(List<Passage.Beside> chunks) {
    return chunks.stream().map(it -> new Evidence.Part(it.chunkId(), it.text())).toList();
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

  /**
   * Where a chunk stands that was read.
   *
   * @param pageFrom {@code null} where its document has no pages
   */
  public record Place(UUID chunkId, @Nullable Integer pageFrom, @Nullable Integer pageTo) {}

  /** Where a chunk stands of a hit or around it. */
  public Place place(UUID chunkId) {
    return Objects.requireNonNull(places.get(chunkId));
  }

  private void keepPlaces(Passage passage) {
    places.put(passage.chunkId(), new Place(passage.chunkId(), passage.pageFrom(), passage.pageTo()));
    Stream.concat(passage.before().stream(), passage.after().stream())
        .forEach(it -> places.put(it.chunkId(), new Place(it.chunkId(), it.pageFrom(), it.pageTo())));
  }

  /** The last search; {@code null} if there was none. */
  public Retrieval.@Nullable Answer lastSearch() {
    return last;
  }
}
