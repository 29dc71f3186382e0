package io.selfrag.servers;

import java.nio.file.Path;

/** The data folder belongs to an instance that is still running. */
public final class DataFolderInUseException extends LocalServerException {
  private static final long serialVersionUID = 1L;

  DataFolderInUseException(Path folder, String owner) {
    super("The data folder " + folder + " is in use by " + owner
        + ": stop that instance, or choose another folder.");
  }
}
