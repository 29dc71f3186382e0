package io.selfrag.vectorstore.settings;

import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import io.selfrag.vectorstore.qdrant.QdrantSettings;
import io.selfrag.vectorstore.qdrant.QdrantVectorStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Opens the vector store that the settings name, bare: without metrics. */
public final class VectorStores {
  private static final URI DEFAULT_QDRANT = URI.create("http://localhost:6333");
  private static final Path DEFAULT_LUCENE = Path.of("data", "index");
  private static final Duration DEFAULT_READ = Duration.ofSeconds(10);
  private static final Duration DEFAULT_WRITE = Duration.ofSeconds(30);

  private VectorStores() {}

  /** Does no I/O for a remote store; opens the folder of an embedded one. */
  public static VectorStore open(VectorStoreSettings settings) {
    return switch (settings.chosenKind()) {
      case QDRANT -> new QdrantVectorStore(qdrant(settings));
      case LUCENE -> lucene(settings);
    };
  }

  private static VectorStore lucene(VectorStoreSettings settings) {
    var folder = lucenePath(settings);
    return Boolean.TRUE.equals(settings.readOnly())
        ? LuceneVectorStore.readOnly(folder)
        : LuceneVectorStore.open(folder);
  }

  static Path lucenePath(VectorStoreSettings settings) {
    Path path = settings.lucenePath();
    return path == null ? DEFAULT_LUCENE : path;
  }

  static URI qdrantUrl(VectorStoreSettings settings) {
    URI url = settings.qdrantUrl();
    return url == null ? DEFAULT_QDRANT : url;
  }

  private static QdrantSettings qdrant(VectorStoreSettings settings) {
    Duration read = settings.readTimeout();
    Duration write = settings.writeTimeout();
    String key = settings.qdrantApiKey();
    return new QdrantSettings(qdrantUrl(settings), settings.qdrantGrpcPort(),
        key == null || key.isBlank() ? null : key, read == null ? DEFAULT_READ : read,
        write == null ? DEFAULT_WRITE : write);
  }
}
