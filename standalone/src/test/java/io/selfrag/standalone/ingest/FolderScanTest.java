package io.selfrag.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderScanTest {
  @TempDir
  Path parent;

  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectories(parent.resolve("folder"));
  }

  private Path file(String name) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, name);
  }

  @Test
  void filesAreFoundAtAnyDepthInOrder() throws IOException {
    file("b.txt");
    file("sub/deep/a.txt");
    file("a.txt");

    assertThat(FolderScan.of(folder).files()).containsExactly(folder.resolve("a.txt"), folder.resolve("b.txt"),
        folder.resolve("sub/deep/a.txt"));
  }

  @Test
  void aFileIsKnownByItsPathBelowTheFolder() throws IOException {
    var file = file("sub/a.txt");

    assertThat(FolderScan.of(folder).externalId(file)).isEqualTo("sub/a.txt");
    assertThat(FolderScan.of(file).externalId(file)).isEqualTo("a.txt");
  }

  @Test
  void aNameIsTheSameWhicheverWayItsAccentsAreWritten() throws IOException {
    var composed = "caf\u00e9.txt";
    var apart = "cafe\u0301.txt";

    assertThat(FolderScan.of(folder).externalId(folder.resolve(apart))).isEqualTo(composed);
  }

  @Test
  void whatIsLeftOutIsSaid() throws IOException {
    file("a.txt");
    file(".hidden");
    file(".git/config");
    Files.createSymbolicLink(folder.resolve("circle"), folder);
    Files.createSymbolicLink(folder.resolve("nowhere"), folder.resolve("missing"));

    var scan = FolderScan.of(folder);

    assertThat(scan.files()).containsExactly(folder.resolve("a.txt"));
    assertThat(scan.leftOut()).isEqualTo(
        "Left out: 2 names that begin with a dot, 1 link to a folder, 1 link that leads nowhere.");
  }

  @Test
  void aLinkToAFileCountsAsThatFile() throws IOException {
    var file = Files.writeString(parent.resolve("elsewhere.txt"), "text");
    Files.createSymbolicLink(folder.resolve("link.txt"), file);

    assertThat(FolderScan.of(folder).files()).containsExactly(folder.resolve("link.txt"));
  }

  @Test
  void aFolderReachedThroughALinkIsReadWithTheNamesThatWereTyped() throws IOException {
    file("a.txt");
    var link = Files.createSymbolicLink(parent.resolve("link"), folder);

    assertThat(FolderScan.of(link).files()).containsExactly(link.resolve("a.txt"));
    assertThat(FolderScan.of(link).externalId(link.resolve("a.txt"))).isEqualTo("a.txt");
  }

  @Test
  void aHiddenFolderThatIsNamedIsRead() throws IOException {
    file(".notes/a.txt");

    assertThat(FolderScan.of(folder.resolve(".notes")).files()).hasSize(1);
  }

  @Test
  void aFolderThatDoesNotExistIsRefused() {
    assertThatThrownBy(() -> FolderScan.of(parent.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
  }
}
