package io.selfrag.chunker.parse.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The temporary folder of one parser process. Its worker removes it, or the process itself if the worker is gone. */
final class ParserFolder {
  static final String PREFIX = "parser-";

  private ParserFolder() {}

  /** Removes the folder with all that libraries left in it; nothing if it is gone. */
  static void remove(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> left = Files.walk(directory)) {
      for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove a parser's temporary folder", e);
    }
  }

  /** Removes this process's own folder, which is where it keeps temporary files. */
  static void removeOwn() {
    Path own = Path.of(System.getProperty("java.io.tmpdir"));
    if (String.valueOf(own.getFileName()).startsWith(PREFIX)) {
      remove(own);
    }
  }
}
