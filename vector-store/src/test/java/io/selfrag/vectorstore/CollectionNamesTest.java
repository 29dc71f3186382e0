package io.selfrag.vectorstore;

import static io.selfrag.vectorstore.Fixtures.ACME;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.vectorstore.CollectionNames.Isolation;
import org.junit.jupiter.api.Test;

class CollectionNamesTest {
  @Test
  void namesSayModelDimensionAndTenant() {
    assertThat(CollectionNames.of(ACME, "bge-m3", 1024, Isolation.PARTITION))
        .isEqualTo(new CollectionSpec("selfrag_bge-m3_1024", 1024));
    assertThat(CollectionNames.of(ACME, "bge-m3", 1024, Isolation.COLLECTION))
        .isEqualTo(new CollectionSpec("selfrag_bge-m3_1024_" + ACME, 1024));
  }

  @Test
  void tenantIsReadBackFromTheName() {
    assertThat(CollectionNames.tenant(CollectionNames.of(ACME, "bge-m3", 8, Isolation.COLLECTION).name()))
        .contains(ACME);
    assertThat(CollectionNames.tenant(CollectionNames.shared("bge-m3", 8).name())).isEmpty();
    assertThat(CollectionNames.tenant(CollectionNames.shared("a-model-whose-name-is-as-long-as-an-id", 8).name()))
        .isEmpty();
    assertThat(CollectionNames.isOurs("selfrag_x_8")).isTrue();
    assertThat(CollectionNames.isOurs("somebody-elses")).isFalse();
  }

  @Test
  void modelsThatLookAlikeDoNotShareACollection() {
    assertThat(CollectionNames.shared("bge-small-en-v1.5", 384).name()).startsWith("selfrag_bge-small-en-v1-5-");
    assertThat(CollectionNames.shared("bge-small-en-v1.5", 384))
        .isNotEqualTo(CollectionNames.shared("bge-small-en-v1-5", 384));
    assertThat(CollectionNames.shared("org/模型:latest", 8)).isNotEqualTo(CollectionNames.shared("org/模形:latest", 8));
    assertThat(CollectionNames.of(ACME, "x".repeat(500), 8, Isolation.COLLECTION).name().length()).isLessThan(200);
  }
}
