package io.selfrag.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.servers.DataFolderLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir
  Path parent;

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aNewFolderIsPrivateAndSaysWhoCanReadIt() throws Exception {
    var folder = parent.resolve("data");

    new DataFolder(folder).prepare();

    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(permissions(folder.resolve("index"))).isEqualTo("rwx------");
    assertThat(folder.resolve("format")).hasContent(Integer.toString(DataFolder.FORMAT));
  }

  @Test
  void anEmptyFolderThatSomeoneMadeBecomesPrivate() throws Exception {
    var folder = Files.createDirectory(parent.resolve("data"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));

    new DataFolder(folder).prepare();

    assertThat(permissions(folder)).isEqualTo("rwx------");
  }

  @Test
  void aFolderWithOtherThingsInItKeepsItsPermissions() throws Exception {
    var folder = Files.createDirectory(parent.resolve("data"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.createFile(folder.resolve("theirs"));

    new DataFolder(folder).prepare();

    assertThat(permissions(folder)).isEqualTo("rwxr-xr-x");
    assertThat(permissions(folder.resolve("index"))).isEqualTo("rwx------");
  }

  @Test
  void dataOfANewerVersionIsRefused() throws Exception {
    new DataFolder(parent).prepare();
    Files.writeString(parent.resolve("format"), "99");

    assertThatThrownBy(() -> new DataFolder(parent).prepare()).isInstanceOf(StartRefusedException.class)
        .hasMessage("The data in " + parent + " was written by a newer version of this program (format 99, this version"
            + " knows 1): start that version, or choose another folder with --data.");
  }

  @Test
  void aFolderThatAnotherInstanceUsesIsRefused() {
    try (var _ = DataFolderLock.on(parent)) {
      assertThatThrownBy(() -> new DataFolder(parent).prepare()).isInstanceOf(StartRefusedException.class)
          .hasMessage("The data folder " + parent + " is in use by process " + ProcessHandle.current().pid()
              + ": stop that instance, or choose another folder.");
    }
  }

  @Test
  void aFileInItsPlaceIsRefused() throws Exception {
    var file = Files.createFile(parent.resolve("file"));

    assertThatThrownBy(() -> new DataFolder(file).prepare()).isInstanceOf(StartRefusedException.class)
        .hasMessage("The data folder " + file + " cannot be used: there is a file where a folder is needed.");
  }
}
