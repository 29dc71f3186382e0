package io.selfrag.standalone.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.catalog.backup.BackupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupFolderTest {
  private static final Instant NOW = Instant.parse("2026-03-31T12:00:00Z");

  @TempDir
  Path all;

  @Test
  void theNewestThatWasFinishedIsTaken() throws Exception {
    var folder = new BackupFolder(all);
    folder.finish(folder.begin(NOW.minusSeconds(60)));
    var newest = folder.finish(folder.begin(NOW));
    folder.begin(NOW.plusSeconds(60));

    assertThat(folder.newest()).isEqualTo(newest).hasFileName("selfrag-20260331T120000000Z");
  }

  @Test
  void whatIsOlderGoesAndNothingThatIsNoBackup() throws Exception {
    var folder = new BackupFolder(all);
    var old = folder.finish(folder.begin(NOW.minus(Duration.ofDays(31))));
    Files.writeString(old.resolve("manifest.json"), "{}");
    var broken = folder.begin(NOW.minus(Duration.ofDays(32)));
    var young = folder.finish(folder.begin(NOW.minus(Duration.ofDays(29))));
    var other = Files.createDirectory(all.resolve("holiday-photos"));

    assertThat(folder.removeOlderThan(Duration.ofDays(30), NOW)).containsExactly(broken, old);

    assertThat(all.toFile().listFiles()).containsExactlyInAnyOrder(young.toFile(), other.toFile());
  }

  @Test
  void aFolderWithoutABackupIsOneSentence() {
    assertThatThrownBy(() -> new BackupFolder(all.resolve("none")).newest()).isInstanceOf(BackupException.class)
        .hasMessage("There is no backup in " + all.resolve("none") + ".");
  }
}
