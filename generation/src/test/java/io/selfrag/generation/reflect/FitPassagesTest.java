package io.selfrag.generation.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.generation.Evidence;
import io.selfrag.generation.Evidence.Around;
import io.selfrag.generation.Fixtures;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FitPassagesTest {
  private static final UUID DOCUMENT = new UUID(1, 1);
  private static final int ROOMY = 10_000;

  @Test
  void aPassageIsReadWithWhatStandsAroundItInTheDocumentsOrder() {
    assertThat(texts(FitPassages.of(List.of(chunk(5, 2)), ROOMY)))
        .containsExactly("chunk 3.\nchunk 4.\nchunk 5.\nchunk 6.\nchunk 7.");
  }

  @Test
  void whatOnePassageHasNoOtherOneRepeats() {
    assertThat(texts(FitPassages.of(List.of(chunk(5, 2), chunk(6, 2), chunk(2, 2)), ROOMY)))
        .containsExactly("chunk 4.\nchunk 5.", "chunk 6.\nchunk 7.\nchunk 8.",
            "chunk 0.\nchunk 1.\nchunk 2.\nchunk 3.");
  }

  @Test
  void anotherDocumentsChunkOfTheSamePlaceIsAnother() {
    var other = new Evidence(new UUID(2, 5), "", "other 5.", null,
        new Around(new UUID(2, 2), 5, Fixtures.parts("other 4."), Fixtures.parts("other 6.")));

    assertThat(texts(FitPassages.of(List.of(chunk(5, 1), other), ROOMY)))
        .containsExactly("chunk 4.\nchunk 5.\nchunk 6.", "other 4.\nother 5.\nother 6.");
  }

  @Test
  void roomGoesToPassagesFirstAndThenToWhatIsNearest() {
    var passages = List.of(chunk(5, 5), chunk(50, 5));
    double all = passages.size() * (10 + 9 / 3.5);

    assertThat(texts(FitPassages.of(passages, (int) (all / 0.6) + 1))).containsExactly("chunk 5.", "chunk 50.");
    assertThat(texts(FitPassages.of(passages, (int) ((all + 4 * 9 / 3.5) / 0.6) + 1)))
        .containsExactly("chunk 4.\nchunk 5.\nchunk 6.", "chunk 49.\nchunk 50.\nchunk 51.");
    assertThat(texts(FitPassages.of(passages, 1))).containsExactly("chunk 5.");
  }

  @Test
  void partsOfAParentAddNothingToIt() {
    var parent = new Evidence(new UUID(1, 5), "", "chunk 4. chunk 5. chunk 6.", null, around(5, 2));

    assertThat(texts(FitPassages.of(List.of(parent), ROOMY)))
        .containsExactly("chunk 3.\nchunk 4. chunk 5. chunk 6.\nchunk 7.");
  }

  private static List<String> texts(List<Evidence> passages) {
    return passages.stream().map(Evidence::whole).toList();
  }

  private static Evidence chunk(int ordinal, int window) {
    return new Evidence(new UUID(1, ordinal), "", "chunk " + ordinal + ".", null, around(ordinal, window));
  }

  private static Around around(int ordinal, int window) {
    return new Around(DOCUMENT, ordinal,
        Fixtures.parts(IntStream.range(Math.max(0, ordinal - window), ordinal).mapToObj(it -> "chunk " + it + ".")
            .toArray(String[]::new)),
        Fixtures.parts(IntStream.rangeClosed(ordinal + 1, ordinal + window).mapToObj(it -> "chunk " + it + ".")
            .toArray(String[]::new)));
  }
}
