package io.selfrag.query.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.evaluate.JudgedRanking.Found;
import io.selfrag.schemas.Ids;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JudgedRankingTest {
  private static final UUID KB = new UUID(1, 1);
  private static final UUID DOCUMENT = new UUID(2, 2);
  private static final UUID OTHER = new UUID(3, 3);
  private static final UUID CHUNK = new UUID(4, 4);
  private static final UUID NEXT = new UUID(5, 5);

  @Test
  void aDocumentCountsOnceAtItsBestChunk() {
    var ranking = new JudgedRanking(KB, List.of(DOCUMENT.toString()));

    assertThat(ranking.name(List.of(new Found(CHUNK, OTHER), new Found(NEXT, OTHER), new Found(CHUNK, DOCUMENT),
        new Found(NEXT, DOCUMENT)))).containsExactly("other " + OTHER, DOCUMENT.toString());
  }

  @Test
  void anExternalIdNamesTheDocumentThatWasMadeFromIt() {
    var ranking = new JudgedRanking(KB, List.of("manual-7"));

    assertThat(ranking.name(List.of(new Found(CHUNK, Ids.documentId(KB, "manual-7"))))).containsExactly("manual-7");
    assertThat(ranking.name(List.of(new Found(CHUNK, Ids.documentId(OTHER, "manual-7"))))).doesNotContain("manual-7");
  }

  @Test
  void whereChunksAreJudgedEachChunkIsAPlace() {
    var ranking = new JudgedRanking(KB, List.of(NEXT.toString()));

    assertThat(ranking.name(List.of(new Found(CHUNK, OTHER), new Found(new UUID(6, 6), OTHER), new Found(NEXT, OTHER))))
        .hasSize(3).last().isEqualTo(NEXT.toString());
  }
}
