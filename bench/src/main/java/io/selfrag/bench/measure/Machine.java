package io.selfrag.bench.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where a measurement was made. */
final class Machine {
  private Machine() {}

  /** One line: processor, cores, load of others, Java. */
  static String line() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return String.format(Locale.ROOT, "%s, %d cores, load average %.1f, %s %s, Java %s", processor(),
        system.getAvailableProcessors(), system.getSystemLoadAverage(), system.getName(), system.getArch(),
        Runtime.version());
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(it -> it.startsWith("model name"))
          .map(it -> it.substring(it.indexOf(':') + 1).strip()).findFirst().orElse("unknown processor");
    } catch (IOException e) {
      return "unknown processor"; // not Linux
    }
  }
}
