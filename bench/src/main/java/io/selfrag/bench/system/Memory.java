package io.selfrag.bench.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of processes, from Linux's own accounts. */
public final class Memory {
  private Memory() {}

  /** Resident bytes, those shared with other processes divided among them; 0 where it cannot be told. */
  public static long proportionalBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
        if (line.startsWith("Pss:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
      }
      return 0;
    } catch (IOException e) {
      return 0; // it has ended, or this is not Linux
    }
  }
}
