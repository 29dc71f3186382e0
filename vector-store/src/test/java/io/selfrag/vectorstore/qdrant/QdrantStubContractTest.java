package io.selfrag.vectorstore.qdrant;

import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.VectorStoreContract;
import io.selfrag.vectorstore.VectorStoreSearchContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** The contract against the stub: holds our half of the conversation in every build. {@link QdrantVectorStoreIT} holds Qdrant's. */
class QdrantStubContractTest {
  static QdrantStub server;
  static QdrantVectorStore store;

  @BeforeAll
  static void open() {
    server = new QdrantStub();
    store = new QdrantVectorStore(QdrantSettings.of(server.url(), null));
  }

  @AfterAll
  static void close() {
    store.close();
    server.close();
  }

  private static void dropAll() {
    store.collections().forEach(store::dropCollection);
  }

  @Nested
  class Keeps extends VectorStoreContract {
    @Override
    protected VectorStore store() {
      return store;
    }

    @Override
    protected void clear() {
      dropAll();
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
      dropAll();
    }
  }
}
