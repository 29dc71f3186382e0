package io.selfrag.generation.reflect;

import io.selfrag.generation.Evidence;
import java.util.List;
import reactor.core.publisher.Mono;

/** Finds passages that the asking caller may read, best first, by a query. */
@FunctionalInterface
public interface EvidenceSearch {
  /** Searches anew for each subscriber, without blocking it. */
  Mono<List<Evidence>> search(String query);
}
