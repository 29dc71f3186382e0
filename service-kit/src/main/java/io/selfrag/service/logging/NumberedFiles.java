package io.selfrag.service.logging;

import ch.qos.logback.core.rolling.RollingPolicyBase;
import ch.qos.logback.core.rolling.RolloverFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Keeps a number of full log files beside the one that is written, the newest as {@code .1}. Logback's own policy takes the name
 * for a pattern, in which a percent sign of a folder's name is an error.
 */
final class NumberedFiles extends RollingPolicyBase {
  private final Path file;
  private final int kept;

  NumberedFiles(Path file, int kept) {
    this.file = file;
    this.kept = kept;
  }

  @Override
  public void rollover() {
    try {
      for (int number = kept - 1; number >= 1; number--) {
        move(numbered(number), numbered(number + 1));
      }
      move(file, numbered(1));
    } catch (IOException e) {
      throw new RolloverFailure("the log file cannot be put aside", e);
    }
  }

  private Path numbered(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  private static void move(Path from, Path to) throws IOException {
    if (Files.exists(from)) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public String getActiveFileName() {
    return file.toString();
  }
}
