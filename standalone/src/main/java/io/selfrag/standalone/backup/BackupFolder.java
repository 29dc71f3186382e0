package io.selfrag.standalone.backup;

import io.selfrag.catalog.backup.BackupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where backups are: a folder each, named by its time. One that was not finished has another name and counts for nothing. */
public final class BackupFolder {
  private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'selfrag-'yyyyMMdd'T'HHmmssSSS'Z'")
      .withZone(ZoneOffset.UTC);
  private static final String UNFINISHED = ".unfinished";

  private final Path all;

  public BackupFolder(Path all) {
    this.all = all.toAbsolutePath().normalize();
  }

  /** A new folder that only its owner can look into. */
  Path begin(Instant now) throws IOException {
    Files.createDirectories(all);
    return Files.createDirectory(all.resolve(NAME.format(now) + UNFINISHED),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Gives it its name. */
  Path finish(Path unfinished) throws IOException {
    var name = String.valueOf(unfinished.getFileName());
    return Files.move(unfinished, all.resolve(name.substring(0, name.length() - UNFINISHED.length())));
  }

  /** The newest that is whole. */
  Path newest() throws IOException {
    return backups().stream().max(Comparator.comparing(Path::getFileName))
        .orElseThrow(() -> new BackupException("There is no backup in " + all + ".", null));
  }

  /** When the newest that is whole was taken. */
  public Optional<Instant> newestTakenAt() throws IOException {
    return backups().stream().map(it -> takenAt(String.valueOf(it.getFileName()))).filter(Objects::nonNull)
        .max(Comparator.naturalOrder());
  }

  /** Removes what is older, finished or not; nothing that is not named like a backup. */
  List<Path> removeOlderThan(Duration age, Instant now) throws IOException {
    var removed = new ArrayList<Path>();
    try (var entries = Files.list(all)) {
      for (Path it : entries.sorted().toList()) {
        var taken = takenAt(String.valueOf(it.getFileName()).replace(UNFINISHED, ""));
        if (taken != null && taken.plus(age).isBefore(now)) {
          delete(it);
          removed.add(it);
        }
      }
    }
    return removed;
  }

  private List<Path> backups() throws IOException {
    if (!Files.isDirectory(all)) {
      return List.of();
    }
    try (var entries = Files.list(all)) {
      return entries.filter(it -> takenAt(String.valueOf(it.getFileName())) != null).toList();
    }
  }

  private static @Nullable Instant takenAt(String name) {
    try {
      return NAME.parse(name, Instant::from);
    } catch (DateTimeParseException _) {
      return null; // something else
    }
  }

  static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (var inside = Files.walk(folder)) {
        for (Path it : inside.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(it);
        }
      }
    }
  }
}
