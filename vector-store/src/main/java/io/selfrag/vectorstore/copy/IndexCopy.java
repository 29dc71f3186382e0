package io.selfrag.vectorstore.copy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Copies collections out of a vector store while it is written, and back into one. Blocking, for one thread. A store that is away
 * or refuses is {@code STORE_UNAVAILABLE}; {@link IOException} is about the folder of the copy.
 */
public interface IndexCopy extends AutoCloseable {
  /** Name of the store, {@code lucene} or {@code qdrant}: a copy can only go back into the same. */
  String store();

  /** Version of the store as it is now, to be kept with a copy. */
  String version();

  /** Whether a copy that was taken at another version can be brought back here. */
  boolean reads(String version);

  /** Names of the collections of ours. */
  List<String> collections();

  /** Exact number of points of a collection; 0 for one that is missing. */
  long points(String collection);

  /**
   * Copies a collection as it is at one moment: all that was acknowledged before the call, nothing of a write in part.
   *
   * @param folder empty; what was begun is left in it after a failure
   * @return empty if the collection is not there any more
   */
  Optional<CollectionCopy> save(String collection, Path folder) throws IOException;

  /** Brings a copy back in the place of the collection of that name, if there is one. Files must have been compared before. */
  void restore(CollectionCopy copy, Path folder) throws IOException;

  /** Removes a collection with all its points; nothing happens if it is missing. */
  void remove(String collection);

  @Override
  void close();
}
