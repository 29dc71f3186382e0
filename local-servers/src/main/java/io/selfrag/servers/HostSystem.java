package io.selfrag.servers;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Which operating system and processor this is, in the words of the archives that hold the servers. */
final class HostSystem {
  private static final String NAME = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
  private static final String PROCESSOR = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);

  private HostSystem() {}

  static boolean isLinux() {
    return NAME.startsWith("linux");
  }

  /** True if a program of that name is on the path. */
  static boolean has(String program) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Arrays.stream(path.split(File.pathSeparator)).filter(folder -> !folder.isEmpty())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  static boolean isMac() {
    return NAME.startsWith("mac");
  }

  static boolean isArm() {
    return PROCESSOR.equals("aarch64") || PROCESSOR.equals("arm64");
  }

  private static boolean isSupported() {
    return (isLinux() || isMac()) && (isArm() || PROCESSOR.equals("amd64") || PROCESSOR.equals("x86_64"));
  }

  /** The resource that holds PostgreSQL for this machine. */
  static String postgresArchive() {
    requireSupported("PostgreSQL");
    if (isMac()) {
      return "/postgres-darwin-x86_64.txz"; // for both processors
    }
    return isArm() ? "/postgres-linux-arm_64.txz" : "/postgres-linux-x86_64.txz";
  }

  /** The resource that holds Redis for this machine. */
  static String redisProgram() {
    requireSupported("Redis");
    return "/redis-server-" + LocalRedis.VERSION + (isMac() ? "-darwin" : "-linux") + (isArm() ? "-arm64" : "-amd64");
  }

  private static void requireSupported(String server) {
    if (!isSupported()) {
      throw new LocalServerException("No " + server + " is bundled for " + NAME + " on " + PROCESSOR
          + ": run one yourself and configure its address.");
    }
  }
}
