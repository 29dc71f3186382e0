package io.selfrag.vectorstore;

import io.selfrag.vectorstore.PointFilter.Scope;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** A small readable world: two tenants, two knowledge bases, vectors that point where the test says. */
public final class Fixtures {
  public static final CollectionSpec COLLECTION = new CollectionSpec("contract_test_8", 8);
  public static final UUID ACME = id(1);
  public static final UUID GLOBEX = id(2);
  public static final UUID MANUALS = id(11);
  public static final UUID NEWS = id(12);
  public static final PointAttributes PUBLIC = attributes(Map.of());

  private Fixtures() {}

  public static UUID id(long number) {
    return new UUID(0x5e1f_0000_0000_4000L, 0x8000_0000_0000_0000L | number);
  }

  public static VersionKey version(UUID document, int generation, long revision, int attempt) {
    return new VersionKey(ACME, MANUALS, document, generation, revision, attempt);
  }

  /** A point of ACME's manuals, generation 1, as the only chunk of a document with the same number. */
  public static Point point(long number, String text) {
    return point(number, text, PUBLIC);
  }

  public static Point point(long number, String text, PointAttributes attributes) {
    return point(number, version(id(1000 + number), 1, 1, 0), text, attributes);
  }

  public static Point point(long number, VersionKey key, String text, PointAttributes attributes) {
    return new Point(id(100_000 + number), key, 0, direction(number), text, attributes);
  }

  public static PointAttributes attributes(Map<String, Object> metadata) {
    return new PointAttributes("", "public", List.of(), List.of(), List.of(), "en", metadata);
  }

  /** A unit vector that depends on the number only. */
  public static float[] direction(long number) {
    return unitVector(new Random(number * 31 + 7), COLLECTION.dimension());
  }

  public static float[] unitVector(Random random, int dimension) {
    float[] vector = new float[dimension];
    double sum = 0;
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
      sum += vector[i] * vector[i];
    }
    for (int i = 0; i < dimension; i++) {
      vector[i] /= (float) Math.sqrt(sum);
    }
    return vector;
  }

  /** All of ACME's manuals, generation 1, read by someone who may read everything. */
  public static PointFilter everything() {
    return filter(List.of(), null);
  }

  public static PointFilter filter(List<MetadataCondition> metadata, PointFilter.Viewer viewer) {
    return new PointFilter(ACME, List.of(new Scope(MANUALS, 1)), List.of(), metadata, viewer);
  }

  public static SearchRequest byVector(PointFilter filter, float[] vector) {
    return SearchRequest.ofText(filter, vector, null, 10);
  }

  public static SearchRequest byWords(PointFilter filter, String words) {
    return SearchRequest.ofText(filter, null, words, 10);
  }
}
