package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.SearchResult.Hit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FusionTest {
  private static final UUID A = new UUID(0, 1);
  private static final UUID B = new UUID(0, 2);
  private static final UUID C = new UUID(0, 3);

  @Test
  void equalWeightsAddWhatEachLegSaysAfterNormalisation() {
    var result = new SearchResult(List.of(hit(A, 0.9), hit(B, 0.7), hit(C, 0.5)), List.of(hit(C, 12), hit(B, 2)));

    var fused = Fusion.ofLegs(result, RetrieverChoice.hybrid());

    assertThat(fused).extracting(Candidate::chunkId).containsExactly(A, C, B);
    assertThat(fused).extracting(Candidate::score).satisfiesExactly(s -> assertThat(s).isCloseTo(0.5, within(1e-6)),
        s -> assertThat(s).isCloseTo(0.5, within(1e-6)), s -> assertThat(s).isCloseTo(0.25, within(1e-6)));
  }

  @Test
  void aChunkOfBothLegsKeepsBothScores() {
    var fused = Fusion.ofLegs(new SearchResult(List.of(hit(A, 0.9)), List.of(hit(A, 12))), RetrieverChoice.hybrid());

    assertThat(fused).singleElement().isEqualTo(new Candidate(A, A, A, 1.0, (double) 0.9f, 12.0));
  }

  @Test
  void oneLegKeepsItsOwnScale() {
    var choice = Retriever.of("bm25", Map.of()).legs();

    assertThat(Fusion.ofLegs(new SearchResult(List.of(), List.of(hit(B, 7), hit(A, 3))), choice))
        .extracting(Candidate::score).containsExactly(7.0, 3.0);
  }

  @Test
  void reciprocalRanksLookAtPositionsOnly() {
    var choice = Retriever.of("hybrid", Map.of("fusion", "rrf")).legs();
    var result = new SearchResult(List.of(hit(A, 0.9), hit(B, 0.1)), List.of(hit(B, 100), hit(C, 99)));

    assertThat(Fusion.ofLegs(result, choice)).extracting(Candidate::chunkId).startsWith(B);
  }

  @Test
  void listsOfTwoModelsAreFusedByRankAndTheFittingOneLeads() {
    var fitting = new Fusion.WeightedList(List.of(candidate(A, 0.1), candidate(B, 0.05)), 1);
    var other = new Fusion.WeightedList(List.of(candidate(C, 0.99)), 0.5);

    assertThat(Fusion.ofLists(List.of(fitting, other))).extracting(Candidate::chunkId).containsExactly(A, B, C);
  }

  @Test
  void oneListAloneKeepsItsScores() {
    var only = new Fusion.WeightedList(List.of(candidate(A, 0.42)), 0.5);
    var empty = new Fusion.WeightedList(List.of(), 1);

    assertThat(Fusion.ofLists(List.of(only, empty))).extracting(Candidate::score).containsExactly(0.42);
  }

  @Test
  void nothingFoundIsNothing() {
    assertThat(Fusion.ofLists(List.of())).isEmpty();
    assertThat(Fusion.ofLegs(new SearchResult(List.of(), List.of()), RetrieverChoice.hybrid())).isEmpty();
  }

  private static Hit hit(UUID id, double score) {
    return new Hit(id, id, id, (float) score);
  }

  private static Candidate candidate(UUID id, double score) {
    return new Candidate(id, id, id, score, score, null);
  }
}
