package io.selfrag.vectorstore.lucene;

import static io.selfrag.vectorstore.Fixtures.COLLECTION;
import static io.selfrag.vectorstore.Fixtures.point;

import java.nio.file.Path;
import java.util.List;

/** A process that writes until it is killed, and says which points were acknowledged. */
final class AcknowledgingWriter {
  private AcknowledgingWriter() {}

  public static void main(String[] args) {
    LuceneVectorStore store = LuceneVectorStore.open(Path.of(args[0]));
    store.ensureCollection(COLLECTION);
    for (int writer = 0; writer < 3; writer++) {
      int first = writer * 1_000_000;
      Thread.ofPlatform().start(() -> {
        for (int i = first; true; i += 2) {
          store.upsert(COLLECTION, List.of(point(i, "needle" + i), point(i + 1, "needle" + (i + 1))));
          // One call, so that lines of two threads never mix.
          System.out.println(i + "\n" + (i + 1));
        }
      });
    }
  }
}
