package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerOutputTest {

  @TempDir
  Path folder;

  private ServerOutput output;

  @BeforeEach
  void begin() throws Exception {
    output = new ServerOutput(folder.resolve("server.log"));
    output.begin();
  }

  @Test
  void theLastLinesSayWhyAServerDoesNotStart() throws Exception {
    Files.writeString(output.file(), "one\n\ntwo\nthree\nfour\n");

    assertThat(output.lastLines()).isEqualTo("two / three / four");
  }

  @Test
  void bytesThatAreNoTextDoNotHideTheReason() throws Exception {
    Files.write(output.file(), new byte[]{(byte) 0xC3, 'x', '\n', 'w', 'h', 'y', '\n'});

    assertThat(output.lastLines()).endsWith("/ why");
  }

  @Test
  void aNewRunKeepsWhatTheOneBeforeSaid() throws Exception {
    Files.writeString(output.file(), "first run\n");

    output.begin();

    assertThat(output.file()).isEmptyFile();
    assertThat(folder.resolve("server.log.1")).hasContent("first run");
  }

  @Test
  void aProcessThatTalksForEverFillsNoDisk() throws Exception {
    var block = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    try (var process = Files.newOutputStream(output.file(), StandardOpenOption.APPEND)) {
      for (int i = 0; i < 100; i++) {
        process.write(block);
        output.keepSmall();
      }
      process.write("still talking\n".getBytes(StandardCharsets.UTF_8));
    }

    try (var files = Files.list(folder)) {
      assertThat(files.mapToLong(it -> it.toFile().length()).sum()).isLessThan(3 * ServerOutput.LARGEST);
    }
    assertThat(output.lastLines()).endsWith("still talking");
  }
}
