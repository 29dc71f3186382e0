package io.selfrag.vectorstore.qdrant;

import io.selfrag.vectorstore.Fixtures;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.VectorStoreContract;
import io.selfrag.vectorstore.VectorStoreSearchContract;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract against a real Qdrant, named by {@code QDRANT_URL}; uses and drops one collection of its own. */
class QdrantVectorStoreIT {
  static QdrantVectorStore store;

  @BeforeAll
  static void open() {
    String url = System.getenv("QDRANT_URL");
    if (url == null || url.isBlank()) {
      System.out.println(
          "########## SKIPPED: the contract was NOT run against a real Qdrant, QDRANT_URL is not set ##########");
    }
    Assumptions.assumeTrue(url != null && !url.isBlank(), "QDRANT_URL is not set");
    store = new QdrantVectorStore(QdrantSettings.of(URI.create(url), System.getenv("QDRANT_API_KEY")));
  }

  @AfterAll
  static void close() {
    if (store != null) {
      store.dropCollection(Fixtures.COLLECTION.name());
      store.close();
    }
  }

  @Nested
  class Keeps extends VectorStoreContract {
    @Override
    protected VectorStore store() {
      return store;
    }

    @Override
    protected void clear() {
      store.dropCollection(Fixtures.COLLECTION.name());
    }
  }

  @Nested
  class Finds extends VectorStoreSearchContract {
    @Override
    protected VectorStore store() {
      return store;
    }

    @Override
    protected void clear() {
      store.dropCollection(Fixtures.COLLECTION.name());
    }
  }
}
