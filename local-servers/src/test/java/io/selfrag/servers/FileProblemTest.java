package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileProblemTest {

  @Test
  void aPathAloneIsNoReason() {
    assertThat(FileProblem.of(new AccessDeniedException("/data"))).isEqualTo("you have no permission");
    assertThat(FileProblem.of(new NoSuchFileException("/data"))).isEqualTo("it does not exist");
    assertThat(FileProblem.of(new FileAlreadyExistsException("/data")))
        .isEqualTo("there is a file where a folder is needed");
  }

  @Test
  void aFullDiskIsCalledOneWhoeverNoticesIt() {
    assertThat(FileProblem.of(new FileSystemException("/data", null, "No space left on device")))
        .isEqualTo("the disk is full");
    assertThat(FileProblem.of(new IOException("No space left on device"))).isEqualTo("the disk is full");
  }

  @Test
  void whatIsNotKnownIsPassedOn() {
    assertThat(FileProblem.of(new IOException("Too many open files"))).isEqualTo("Too many open files");
    assertThat(FileProblem.of(new IOException())).isEqualTo("IOException");
  }
}
