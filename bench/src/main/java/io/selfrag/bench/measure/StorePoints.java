package io.selfrag.bench.measure;

import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.VersionKey;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Points as a corpus has them, without a corpus: vectors in clusters, words by Zipf's law, ten tenants with one knowledge base
 * each, documents of ten chunks. The same number always gives the same point. Recall on real embeddings differs.
 */
final class StorePoints {
  private static final int TENANTS = 10;
  private static final int CHUNKS_OF_DOCUMENT = 10;
  private static final int CLUSTERS = 500;
  private static final int VOCABULARY = 50_000;
  private static final int WORDS = 150;

  private final CollectionSpec collection;

  StorePoints(int dimension) {
    collection = new CollectionSpec("selfrag_bench_" + dimension, dimension);
  }

  CollectionSpec collection() {
    return collection;
  }

  Point point(int number) {
    int document = number / CHUNKS_OF_DOCUMENT;
    int tenant = document % TENANTS;
    var random = new Random(number);
    var key = new VersionKey(id(1, tenant), id(2, tenant), documentId(document), 1, 1, 0);
    var attributes = new PointAttributes("", "internal", List.of(), List.of(), List.of(), "en",
        Map.of("source", "bench", "year", (long) (2000 + document % 25)));
    return new Point(id(4, number), key, number % CHUNKS_OF_DOCUMENT, vector(random), text(random, WORDS), attributes);
  }

  /** A tenant's question for both legs, read by someone with rights to check. */
  SearchRequest question(int number) {
    int tenant = number % TENANTS;
    var random = new Random(-1L - number);
    var viewer = new PointFilter.Viewer("ann", List.of("editor"), List.of(), "internal");
    var filter = new PointFilter(id(1, tenant), List.of(new PointFilter.Scope(id(2, tenant), 1)), List.of(), List.of(),
        viewer);
    return SearchRequest.ofText(filter, vector(random), text(random, 8), 50);
  }

  static UUID documentId(int document) {
    return id(3, document);
  }

  static UUID tenantOf(int document) {
    return id(1, document % TENANTS);
  }

  static UUID knowledgeBaseOf(int document) {
    return id(2, document % TENANTS);
  }

  private static UUID id(int kind, int number) {
    var random = new Random(kind * 1_000_003L + number);
    return new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() >>> 2) | Long.MIN_VALUE);
  }

  private float[] vector(Random random) {
    var centre = new Random(random.nextInt(CLUSTERS));
    float[] vector = new float[collection.dimension()];
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (centre.nextGaussian() + random.nextGaussian());
      squares += vector[i] * vector[i];
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(squares);
    }
    return vector;
  }

  private static String text(Random random, int words) {
    var text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append('w').append(Integer.toString((int) Math.pow(VOCABULARY, random.nextDouble()), 36)).append(' ');
    }
    return text.toString();
  }
}
