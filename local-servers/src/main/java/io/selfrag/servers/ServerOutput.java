package io.selfrag.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The file to which a server process appends what it has to say. It is kept below a size by copying it aside and emptying
 * it: the process has it open and writes on, and lines written in between are lost.
 */
record ServerOutput(Path file) {
  static final long LARGEST = 5L << 20;
  private static final int LAST_LINES = 3;

  /** Starts afresh, with what an earlier run said beside it. */
  void begin() throws IOException {
    if (Files.exists(file)) {
      Files.move(file, earlier(), StandardCopyOption.REPLACE_EXISTING);
    }
    Files.createFile(file);
  }

  /** Empties the file if it has grown too large, with what it held beside it. */
  void keepSmall() throws IOException {
    if (Files.exists(file) && Files.size(file) > LARGEST) {
      Files.copy(file, earlier(), StandardCopyOption.REPLACE_EXISTING);
      try (var emptied = FileChannel.open(file, StandardOpenOption.WRITE)) {
        emptied.truncate(0);
      }
    }
  }

  private Path earlier() {
    return file.resolveSibling(file.getFileName() + ".1");
  }

  /** The end of what the process said, to tell why it did not start. */
  String lastLines() throws IOException {
    var said = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    List<String> all = said.lines().filter(line -> !line.isBlank()).toList();
    return String.join(" / ", all.subList(Math.max(0, all.size() - LAST_LINES), all.size()));
  }
}
