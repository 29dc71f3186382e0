package io.selfrag.standalone.cleanup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** Files of a folder that have a name of ours and were not written for long. Never a folder, and never through a link. */
record OldFiles(String what, Path folder, Pattern name, Duration age) {
  /** Logs that were rolled, with their number or date behind their name. */
  static OldFiles logs(Path data, Duration age) {
    return new OldFiles("old logs", data.resolve("logs"), Pattern.compile(".+\\.log\\..+"), age);
  }

  /** What uploads left behind whose process was killed. */
  static OldFiles temporary(Path folder, Duration age) {
    return new OldFiles("temporary files", folder, Pattern.compile("selfrag-upload-.+[.]part"), age);
  }

  List<Path> found(Instant now) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.filter(it -> name.matcher(String.valueOf(it.getFileName())).matches())
          .filter(it -> Files.isRegularFile(it, LinkOption.NOFOLLOW_LINKS) && isOld(it, now)).sorted().toList();
    }
  }

  private boolean isOld(Path file, Instant now) {
    try {
      return Files.getLastModifiedTime(file).toInstant().plus(age).isBefore(now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
