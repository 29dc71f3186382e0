package io.selfrag.standalone.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** This machine: its disks and its memory. */
record HostLook(List<Path> places) implements Look {
  private static final double SCARCE = 0.20;
  private static final double OUT = 0.05;
  private static final long OUT_BYTES = 500L << 20;
  private static final Path MEMORY = Path.of("/proc/meminfo");

  @Override
  public String what() {
    return "machine";
  }

  @Override
  public List<Finding> findings() throws IOException {
    var findings = new ArrayList<Finding>();
    Set<String> seen = new LinkedHashSet<>();
    for (Path it : places) {
      if (!Files.exists(it)) {
        findings.add(Finding.none("disk", it + " is not there", "name what is to be looked at with --disk"));
        continue;
      }
      var store = Files.getFileStore(it);
      if (seen.add(store.toString())) {
        double share = (double) store.getUsableSpace() / Math.max(1, store.getTotalSpace());
        findings.add(Finding.of("disk", share < OUT || store.getUsableSpace() < OUT_BYTES, share < SCARCE,
            it + ": " + Said.bytes(store.getUsableSpace()) + " of " + Said.bytes(store.getTotalSpace()) + " are free",
            "selfrag cleanup removes what nobody needs; then a larger disk"));
      }
    }
    findings.add(memory());
    return findings;
  }

  private static Finding memory() throws IOException {
    if (!Files.exists(MEMORY)) {
      return Finding.none("memory", "this system does not say it in /proc/meminfo", "look with the system's own tools");
    }
    var lines = Files.readAllLines(MEMORY);
    long total = kibibytes(lines, "MemTotal:") << 10;
    long available = kibibytes(lines, "MemAvailable:") << 10;
    double share = (double) available / Math.max(1, total);
    return Finding.of("memory", share < OUT / 2, share < OUT * 2,
        Said.bytes(available) + " of " + Said.bytes(total) + " are available",
        "look which process grew; docs/scaling.md");
  }

  private static long kibibytes(List<String> lines, String name) {
    return lines.stream().filter(it -> it.startsWith(name)).map(it -> it.replaceAll("[^0-9]", ""))
        .mapToLong(Long::parseLong).findFirst().orElse(0);
  }
}
