package io.selfrag.vectorstore;

import static io.selfrag.vectorstore.Fixtures.COLLECTION;
import static io.selfrag.vectorstore.Fixtures.everything;
import static io.selfrag.vectorstore.Fixtures.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstrumentedVectorStoreTest {
  @TempDir
  Path folder;

  @Test
  void writesAreTimedByOutcomeAndSearchesByStore() {
    var metrics = new SimpleMeterRegistry();
    try (var store = new InstrumentedVectorStore(LuceneVectorStore.open(folder), "lucene", metrics)) {
      store.upsert(COLLECTION, List.of(point(1, "word")));
      assertThatThrownBy(() -> store.upsert(new CollectionSpec(COLLECTION.name(), 4), List.of(point(1, "word"))))
          .isInstanceOf(SelfRagException.class);
      assertThat(store.search(COLLECTION, Fixtures.byWords(everything(), "word")).bm25()).hasSize(1);
    }

    assertThat(metrics.get("selfrag.index.duration").tags("store", "lucene", "outcome", "success").timer().count())
        .isEqualTo(1);
    assertThat(
        metrics.get("selfrag.index.duration").tags("store", "lucene", "outcome", "wrong_dimension").timer().count())
        .isEqualTo(1);
    assertThat(metrics.get("selfrag.search.duration").tags("store", "lucene").timer().count()).isEqualTo(1);
  }
}
