package io.selfrag.deploy;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Programs that some machines have. */
final class Programs {
  private Programs() {}

  static boolean isThere(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(it -> Files.isExecutable(Path.of(it, name)));
  }
}
