package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DiversityTest {
  private static final UUID BEST = new UUID(0, 1);
  private static final UUID ITS_COPY = new UUID(0, 2);
  private static final UUID OTHER = new UUID(0, 3);
  private static final List<Retrieval.Hit> HITS = List.of(hit(BEST, 0.9), hit(ITS_COPY, 0.89), hit(OTHER, 0.5));
  private static final Map<UUID, float[]> VECTORS = Map.of(BEST, new float[]{1, 0}, ITS_COPY, new float[]{1, 0}, OTHER,
      new float[]{0, 1});

  @Test
  void somethingElseComesBeforeACopyOfTheBest() {
    assertThat(order(0.5, 2)).containsExactly(BEST, OTHER);
  }

  @Test
  void atOneTheOrderIsThatOfRelevance() {
    assertThat(order(1, 3)).containsExactly(BEST, ITS_COPY, OTHER);
  }

  @Test
  void atNoughtTheBestStillLeads() {
    assertThat(order(0, 3)).containsExactly(BEST, OTHER, ITS_COPY);
  }

  @Test
  void hitsOfTwoModelsAreNotCompared() {
    var vectors = Map.of(BEST, new float[]{1, 0}, ITS_COPY, new float[]{1, 0, 0}, OTHER, new float[]{1, 0});

    assertThat(Diversity.choose(HITS, vectors, 0.5, 2)).extracting(hit -> hit.passage().chunkId())
        .containsExactly(BEST, ITS_COPY);
  }

  private static List<UUID> order(double lambda, int count) {
    return Diversity.choose(HITS, VECTORS, lambda, count).stream().map(hit -> hit.passage().chunkId()).toList();
  }

  private static Retrieval.Hit hit(UUID id, double score) {
    return new Retrieval.Hit(
        new Passage(id, id, id, 0, "text", "title", Map.of(), null, null, List.of(), 0, 4, 1, List.of(), List.of()),
        new Candidate(id, id, id, score, score, null));
  }
}
