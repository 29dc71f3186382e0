package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AskedTimeTest {
  private static final UUID KB = new UUID(7, 7);
  private static final List<Retrieval.Hit> HITS = List.of(hit("report 2022", 0.9), hit("by-laws", 0.8),
      hit("report 2023", 0.7), hit("report 2021", 0.6));

  @Test
  void aDocumentOfAnotherTimeCountsHalf() {
    var heeded = AskedTime.heeded("What was sold in 2023?", HITS, searched(Map.of()));

    assertThat(titles(heeded)).containsExactly("by-laws", "report 2023", "report 2022", "report 2021");
    assertThat(heeded).extracting(Retrieval.Hit::score).containsExactly(0.8, 0.7, 0.45, 0.3);
    assertThat(heeded.get(2).candidate().score()).isEqualTo(0.9);
  }

  @Test
  void theNewestOfASeriesComesFirstForWhoAsksForTheLatest() {
    assertThat(titles(AskedTime.heeded("What does the latest report say?", HITS, searched(Map.of()))))
        .containsExactly("by-laws", "report 2023", "report 2022", "report 2021");
  }

  @Test
  void aQuestionWithoutATimeChangesNothing() {
    assertThat(AskedTime.heeded("What was sold?", HITS, searched(Map.of()))).isSameAs(HITS);
  }

  @Test
  void aRetrieverThatDoesNotHeedTheTimeKeepsItsOrder() {
    assertThat(AskedTime.heeded("What was sold in 2023?", HITS, searched(Map.of("period", false)))).isEqualTo(HITS);
  }

  @Test
  void whatTheRerankerSaysIsNotHalved() {
    var heeded = AskedTime.heeded("What was sold in 2023?", HITS, searched(Map.of()));

    assertThat(heeded.getLast().withRerank(0.9).score()).isEqualTo(0.9);
  }

  private static Map<UUID, SearchPlan.Searched> searched(Map<String, Object> parameters) {
    return Map.of(KB, new SearchPlan.Searched(KB, Retriever.of("hybrid", parameters), false));
  }

  private static List<String> titles(List<Retrieval.Hit> hits) {
    return hits.stream().map(it -> it.passage().title()).toList();
  }

  private static Retrieval.Hit hit(String title, double score) {
    var id = UUID.nameUUIDFromBytes(title.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return new Retrieval.Hit(
        new Passage(id, KB, id, 0, "text", title, Map.of(), null, null, List.of(), 0, 4, 1, List.of(), List.of()),
        new Candidate(id, id, KB, score, score, null));
  }
}
