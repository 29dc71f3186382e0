package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderLockTest {

  @TempDir
  Path parent;

  @Test
  void aSecondInstanceIsRefusedWithASentenceThatNamesTheFirst() {
    Path folder = parent.resolve("data");
    try (var _ = DataFolderLock.on(folder)) {
      assertThatThrownBy(() -> DataFolderLock.on(folder)).isInstanceOf(DataFolderInUseException.class)
          .hasMessage("The data folder %s is in use by process %d: stop that instance, or choose another folder.",
              folder, ProcessHandle.current().pid());
    }
  }

  @Test
  void aFolderGivenBackCanBeTakenAgain() {
    DataFolderLock.on(parent).close();

    try (var again = DataFolderLock.on(parent)) {
      assertThat(again).isNotNull();
    }
  }

  @Test
  void aNewFolderIsClosedToOtherUsers() throws Exception {
    Path folder = parent.resolve("a/b");
    try (var _ = DataFolderLock.on(folder)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder))).isEqualTo("rwx------");
    }
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws Exception {
    Path file = Files.createFile(parent.resolve("file"));

    assertThatThrownBy(() -> DataFolderLock.on(file.resolve("data"))).isInstanceOf(LocalServerException.class)
        .hasMessageContaining("The data folder " + file.resolve("data") + " cannot be used");
  }
}
