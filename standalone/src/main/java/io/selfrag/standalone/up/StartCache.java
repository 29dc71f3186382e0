package io.selfrag.standalone.up;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVM's cache of loaded and linked classes, which makes later starts faster. The {@code selfrag} script decides whether a
 * run uses it or records for it; a run that recorded leaves the making of it, which takes seconds, to a process of its own.
 */
final class StartCache {
  private static final Logger log = LoggerFactory.getLogger(StartCache.class);

  private final @Nullable String recording;
  private final Path script;

  private StartCache(@Nullable String recording, Path script) {
    this.recording = recording;
    this.script = script;
  }

  /** As the script told this process. */
  static StartCache ofProcess() {
    return new StartCache(System.getProperty("selfrag.recording"),
        Path.of(System.getProperty("selfrag.home", "")).resolve("selfrag"));
  }

  /** Whether the JVM writes down at its end what the cache is made of. */
  boolean isRecorded() {
    return recording != null;
  }

  /** Has the cache made once this process is gone. */
  void finishLater() {
    if (recording == null) {
      return;
    }
    var command = new ArrayList<String>();
    // Not of the terminal's group: a Ctrl-C that is meant for us, and the end of the session, are not meant for it.
    onPath("setsid").or(() -> onPath("nohup")).ifPresent(command::add);
    command.addAll(
        List.of(script.toString(), "make-start-cache", Long.toString(ProcessHandle.current().pid()), recording));
    try {
      new ProcessBuilder(command).redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
          .redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
    } catch (IOException e) {
      log.atWarn().setCause(e).log("start cache is not made");
    }
  }

  private static Optional<String> onPath(String program) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream().filter(folder -> !folder.isEmpty())
        .filter(folder -> Files.isExecutable(Path.of(folder, program))).map(_ -> program).findFirst();
  }
}
