package io.selfrag.vectorstore.copy;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was copied of a collection.
 *
 * @param dimension components of its dense vectors
 * @param points in the copy; null where the store was written meanwhile and does not say how many there were
 */
public record CollectionCopy(String collection, int dimension, @Nullable Long points, List<CopiedFile> files) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,200}");

  /** @throws IllegalArgumentException for a name that is no collection's: it becomes a path, and anyone may have changed it */
  public CollectionCopy {
    if (!NAME.matcher(collection).matches()) {
      throw new IllegalArgumentException("no collection is called " + collection);
    }
    files = List.copyOf(files);
  }
}
