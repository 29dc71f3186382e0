package io.selfrag.standalone.up;

import io.selfrag.servers.DataFolderLock;
import io.selfrag.servers.FileProblem;
import io.selfrag.servers.LocalServerException;
import io.selfrag.standalone.client.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The folder that holds everything which survives a restart, looked at before anything is started in it. */
final class DataFolder {
  /** Raised when an older version of this program could not work with what this one writes. */
  static final int FORMAT = 1;
  private static final String FORMAT_FILE = "format";
  private static final long MB = 1 << 20;
  private static final long NEEDED_AT_FIRST_MB = 500;
  private static final long NEEDED_MB = 100;
  private static final long FULL_MB = 5;
  private static final List<String> PRIVATE = List.of("index", "streams", "logs");

  private final Path path;

  DataFolder(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  Path path() {
    return path;
  }

  boolean exists() {
    return Files.exists(path);
  }

  /** The log of the system. */
  Path logFile() {
    return path.resolve("logs").resolve("selfrag.log");
  }

  /**
   * Makes what is missing and closes to other users what they have no business with.
   *
   * @throws StartRefusedException if the folder cannot be used or another instance uses it, the disk is full, or the data is of
   *         a newer version
   */
  void prepare() {
    try (var _ = DataFolderLock.on(path)) {
      boolean isNew = !Files.exists(path.resolve(FORMAT_FILE));
      requireSpace(isNew ? NEEDED_AT_FIRST_MB : NEEDED_MB);
      if (isNew) {
        closeIfEmpty();
        Files.writeString(path.resolve(FORMAT_FILE), Integer.toString(FORMAT));
      } else {
        requireKnownFormat();
      }
      for (String name : PRIVATE) {
        Path folder = Files.createDirectories(path.resolve(name));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
    } catch (LocalServerException e) {
      throw new StartRefusedException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new StartRefusedException(
          "The data folder " + Command.shown(path) + " cannot be used: " + FileProblem.of(e) + ".", e);
    }
  }

  /** A folder that was made for us by someone becomes as private as one made by us; a folder with other things does not. */
  private void closeIfEmpty() throws IOException {
    try (var entries = Files.list(path)) {
      if (entries.allMatch(entry -> entry.getFileName().toString().startsWith("."))) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
      }
    }
  }

  private void requireSpace(long neededMb) throws IOException {
    long freeMb = freeMb();
    if (freeMb < neededMb) {
      throw new StartRefusedException("The disk of the data folder " + Command.shown(path) + " is full: " + freeMb
          + " MB are free and at least " + neededMb + " MB are needed.");
    }
  }

  private long freeMb() throws IOException {
    return Files.getFileStore(path).getUsableSpace() / MB;
  }

  /** Why the broker may have failed just now, and what follows. */
  String trouble() {
    try {
      if (freeMb() < FULL_MB) {
        return "The disk of the data folder " + Command.shown(path) + " is full: nothing is taken in until there is"
            + " space again. Searches go on as long as they can, and what was accepted is kept.";
      }
    } catch (IOException e) {
      return "The data folder " + Command.shown(path) + " cannot be used any more: " + FileProblem.of(e) + ".";
    }
    return "Kafka met a fault and is started again. What was accepted is kept: " + Command.shown(logFile())
        + " says what happened.";
  }

  private void requireKnownFormat() throws IOException {
    String format = Files.readString(path.resolve(FORMAT_FILE)).strip();
    if (!format.matches("[0-9]{1,6}") || Integer.parseInt(format) > FORMAT) {
      throw new StartRefusedException("The data in " + Command.shown(path)
          + " was written by a newer version of this program (format " + format + ", this version knows " + FORMAT
          + "): start that version, or choose another folder with --data.");
    }
  }
}
