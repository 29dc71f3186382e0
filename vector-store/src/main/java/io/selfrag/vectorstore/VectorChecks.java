package io.selfrag.vectorstore;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.List;

/** What every store refuses before it writes or searches anything. */
public final class VectorChecks {
  private VectorChecks() {}

  /** Throws {@code WRONG_DIMENSION} or {@code INVALID_VECTOR} if any point's vector does not fit the collection. */
  public static void check(CollectionSpec collection, List<Point> points) {
    points.forEach(point -> check(collection, point.vector()));
  }

  /** Throws {@code WRONG_DIMENSION} or {@code INVALID_VECTOR} if the vector does not fit the collection. */
  public static void check(CollectionSpec collection, float[] vector) {
    if (vector.length != collection.dimension()) {
      throw new SelfRagException(ErrorCode.WRONG_DIMENSION, "a vector of " + vector.length
          + " components does not fit collection " + collection.name() + " of " + collection.dimension());
    }
    for (float component : vector) {
      if (!Float.isFinite(component)) {
        throw new SelfRagException(ErrorCode.INVALID_VECTOR, "a vector holds " + component);
      }
    }
  }

  /** Throws {@code WRONG_DIMENSION} if a collection that exists has another dimension than expected. */
  public static void checkDimension(CollectionSpec expected, long actual) {
    if (actual != expected.dimension()) {
      throw new SelfRagException(ErrorCode.WRONG_DIMENSION,
          "collection " + expected.name() + " holds vectors of " + actual
              + " components, not " + expected.dimension());
    }
  }
}
