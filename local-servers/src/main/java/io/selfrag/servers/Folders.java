package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/** What the launchers do with folders: make private ones, hand them to another user, delete them. */
final class Folders {
  private Folders() {}

  /** Makes the folder, closed to other users, unless it is there: then its permissions are its owner's business. */
  static void makePrivate(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** Lets other users pass through the folder, though not look into it. */
  static void letThrough(Path folder) throws IOException {
    var permissions = new HashSet<>(Files.getPosixFilePermissions(folder));
    if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
      Files.setPosixFilePermissions(folder, permissions);
    }
  }

  /** Gives the folder and all in it to a user, if it is not that user's already. Needs root. */
  static void giveTo(int user, Path folder) throws IOException {
    if (!Integer.valueOf(user).equals(Files.getAttribute(folder, "unix:uid"))) {
      for (Path path : inside(folder).reversed()) { // the folder itself last: it says that all is done
        Files.setAttribute(path, "unix:uid", user);
        Files.setAttribute(path, "unix:gid", user);
      }
    }
  }

  /** Deletes the folder and all in it; does nothing if it is not there. */
  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      for (Path path : inside(folder).reversed()) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static List<Path> inside(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.sorted(Comparator.naturalOrder()).toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }
}
