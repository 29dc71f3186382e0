package io.selfrag.query.passages;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.search.HitRow.Neighbour;
import io.selfrag.query.retrieve.Passage.Beside;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private static final String TEXT = "abcdefghijklmnopqrstuvwxyz";

  @Test
  void whatOverlappingChunksShareIsShownOnce() {
    assertThat(texts(Neighbours.before(List.of(chunk(0, 6), chunk(4, 10)), 8))).containsExactly("abcd", "efgh");
    assertThat(texts(Neighbours.after(List.of(chunk(10, 16), chunk(14, 20)), 12))).containsExactly("mnop", "qrst");
  }

  @Test
  void chunksThatTouchAreShownWhole() {
    assertThat(texts(Neighbours.before(List.of(chunk(0, 4)), 4))).containsExactly("abcd");
    assertThat(texts(Neighbours.after(List.of(chunk(8, 12)), 8))).containsExactly("ijkl");
  }

  @Test
  void aChunkInsideThePassageAddsNothing() {
    assertThat(texts(Neighbours.after(List.of(chunk(4, 6)), 10))).containsExactly("");
    assertThat(Neighbours.before(List.of(), 0)).isEmpty();
  }

  private static Neighbour chunk(int start, int end) {
    return new Neighbour(new UUID(0, start), TEXT.substring(start, end), start, end, 1, 2);
  }

  private static List<String> texts(List<Beside> chunks) {
    assertThat(chunks).allMatch(it -> Objects.equals(it.pageFrom(), 1) && Objects.equals(it.pageTo(), 2));
    return chunks.stream().map(Beside::text).toList();
  }
}
