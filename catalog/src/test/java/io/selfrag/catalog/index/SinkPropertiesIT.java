package io.selfrag.catalog.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.TestCatalog;
import io.selfrag.catalog.ledger.LedgerQueries;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every interleaving and duplication of commands, chunks, events, sweeps and crashes ends in a ledger without a fault (I1 to I4,
 * I8), and no moment on the way shows anything half done (I5). More seeds: {@code -Dselfrag.seeds=1000}.
 */
class SinkPropertiesIT {
  private static final int STEPS = 250;
  private static TestCatalog catalog;

  @BeforeAll
  static void open() {
    catalog = new TestCatalog();
  }

  @AfterAll
  static void close() {
    catalog.close();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(Long.getLong("selfrag.seed", 1), Long.getLong("selfrag.seeds", 2));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anyInterleavingEndsInOrderAndShowsNothingHalfDone(long seed) {
    var rig = new PipelineRig(catalog, seed);

    for (int i = 0; i < STEPS; i++) {
      rig.step();
    }
    rig.settle();

    assertThat(catalog.all(new LedgerQueries(catalog.database()).violations())).as(rig::history).isEmpty();
    rig.checkPoints();
    rig.checkThatWhatIsSaidToBeThereIsThere();
  }
}
