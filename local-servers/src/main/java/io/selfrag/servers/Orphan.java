package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that outlived the JVM which started it, and still holds our data and our port. */
final class Orphan {
  private static final Logger log = LoggerFactory.getLogger(Orphan.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Orphan() {}

  /**
   * Stops the server that the process id file names, if there is one and if it is surely ours: process ids are used
   * again, so the process must be the program, working in the folder.
   */
  static void stop(Path pidFile, String program, Path folder) throws IOException {
    Optional<ProcessHandle> orphan = pidIn(pidFile).flatMap(ProcessHandle::of)
        .filter(process -> runs(process, program) && worksIn(process, folder));
    if (orphan.isPresent()) {
      log.atWarn().addKeyValue("program", program).addKeyValue("pid", orphan.get().pid())
          .log("stopping a server left behind by an earlier run");
      stop(orphan.get());
    }
  }

  private static void stop(ProcessHandle orphan) {
    var descendants = orphan.descendants().toList();
    Signals.send("CONT", List.of(orphan)); // a paused one would never see the next signal
    Signals.send("INT", List.of(orphan));
    try {
      orphan.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException _) {
      orphan.destroyForcibly();
      descendants.forEach(ProcessHandle::destroyForcibly);
      orphan.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  private static Optional<Long> pidIn(Path pidFile) throws IOException {
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    try (var lines = Files.lines(pidFile)) {
      return lines.findFirst().map(String::strip).filter(line -> line.matches("[0-9]{1,10}")).map(Long::valueOf);
    }
  }

  private static boolean runs(ProcessHandle process, String program) {
    return process.info().command().map(command -> Path.of(command).endsWith(program)).orElse(false);
  }

  private static boolean worksIn(ProcessHandle process, Path folder) {
    Path link = Path.of("/proc", Long.toString(process.pid()), "cwd");
    if (!HostSystem.isLinux()) {
      return true; // macOS does not tell; program and process id have to do
    }
    try {
      return link.toRealPath().equals(folder.toRealPath());
    } catch (IOException _) {
      return false; // gone, or another user's
    }
  }
}
