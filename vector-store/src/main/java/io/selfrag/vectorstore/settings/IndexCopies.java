package io.selfrag.vectorstore.settings;

import io.selfrag.vectorstore.copy.IndexCopy;
import io.selfrag.vectorstore.lucene.LuceneIndexCopy;
import io.selfrag.vectorstore.qdrant.QdrantIndexCopy;

/** Opens what copies the vector store that the settings name. */
public final class IndexCopies {
  private IndexCopies() {}

  /** Does no I/O. */
  public static IndexCopy open(VectorStoreSettings settings) {
    return switch (settings.chosenKind()) {
      case QDRANT -> {
        var key = settings.qdrantApiKey();
        yield new QdrantIndexCopy(VectorStores.qdrantUrl(settings), key == null || key.isBlank() ? null : key);
      }
      case LUCENE -> new LuceneIndexCopy(VectorStores.lucenePath(settings));
    };
  }
}
