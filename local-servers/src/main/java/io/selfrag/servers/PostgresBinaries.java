package io.selfrag.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once per version and shared by all who name the same folder. */
final class PostgresBinaries {
  private static final int OWNER_EXECUTE = 0100;

  private PostgresBinaries() {}

  /**
   * The folder that holds {@code bin} and what it needs. Several processes may ask at once: each unpacks
   * beside the place and the first one to finish moves it there, so that nobody sees a half.
   */
  static Path unpackedIn(Path shared) throws IOException {
    String archive = HostSystem.postgresArchive();
    Path home = shared
        .resolve("postgresql-" + version() + archive.substring(archive.indexOf('-'), archive.indexOf('.')));
    if (!Files.isDirectory(home)) {
      Files.createDirectories(shared);
      Folders.letThrough(shared);
      Path unpacking = Files.createTempDirectory(shared, "unpacking");
      Files.setPosixFilePermissions(unpacking, PosixFilePermissions.fromString("rwxr-xr-x"));
      unpack(archive, unpacking);
      moveUnlessThere(unpacking, home);
    }
    return home;
  }

  private static String version() throws IOException {
    try (InputStream stream = resource("/io/selfrag/servers/versions.properties")) {
      var versions = new Properties();
      versions.load(stream);
      return versions.getProperty("postgres");
    }
  }

  private static void moveUnlessThere(Path unpacked, Path home) throws IOException {
    try {
      Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      Folders.delete(unpacked);
      if (!Files.isDirectory(home)) {
        throw e;
      }
    }
  }

  private static void unpack(String archive, Path target) throws IOException {
    try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(resource(archive))))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("the archive names a file outside of itself: " + entry.getName());
        }
        write(tar, entry, path);
      }
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    Files.createDirectories(Objects.requireNonNull(path.getParent()));
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, path);
      Files.setPosixFilePermissions(path, permissions((entry.getMode() & OWNER_EXECUTE) != 0));
    }
  }

  private static Set<PosixFilePermission> permissions(boolean program) {
    return PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--");
  }

  private static InputStream resource(String name) {
    InputStream stream = PostgresBinaries.class.getResourceAsStream(name);
    if (stream == null) {
      throw new LocalServerException("The resource " + name + " is missing from the class path.");
    }
    return stream;
  }
}
