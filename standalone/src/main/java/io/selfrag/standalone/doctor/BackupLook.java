package io.selfrag.standalone.doctor;

import io.selfrag.standalone.backup.BackupFolder;
import io.selfrag.standalone.client.Command;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How old the newest backup is. */
record BackupLook(@Nullable Path folder, Instant now) implements Look {
  /** One a day, and two hours for it. */
  private static final Duration LATE = Duration.ofHours(26);
  private static final Duration LOST = Duration.ofDays(7);

  @Override
  public String what() {
    return "backup";
  }

  @Override
  public List<Finding> findings() throws IOException {
    if (folder == null) {
      return List.of(Finding.none("backup", "no folder was named", "name where backups are with --backups DIR"));
    }
    var remedy = Command.name() + " backup --to " + Command.quoted(folder) + ", every day";
    var newest = new BackupFolder(folder).newestTakenAt();
    if (newest.isEmpty()) {
      return List.of(Finding.fail("backup", "there is none in " + folder, remedy));
    }
    var age = Duration.between(newest.get(), now);
    return List.of(Finding.of("backup", age.compareTo(LOST) > 0, age.compareTo(LATE) > 0,
        "the newest is " + Said.time(age) + " old", remedy));
  }
}
