package io.selfrag.vectorstore.lucene;

import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.VectorStoreContract;
import io.selfrag.vectorstore.VectorStoreSearchContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class LuceneVectorStoreTest {
  @TempDir
  static Path folder;
  static LuceneVectorStore store;

  @BeforeAll
  static void open() {
    store = LuceneVectorStore.open(folder);
  }

  @AfterAll
  static void close() {
    store.close();
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
