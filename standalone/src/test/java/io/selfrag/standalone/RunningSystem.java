package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The system of this JVM's tests, started by the script as a user starts it, with the embedder that costs nothing. Who stops or
 * kills one takes {@link #another}.
 */
final class RunningSystem {
  /** Held by the classes that share a system, or that would be one system too many at a time. */
  static final String LOCK = "running system";
  private static final Duration START = Duration.ofMinutes(5);

  private final Path folder;
  private final String cache;
  private final Collector collector = new Collector();
  private Script script;

  private RunningSystem(Path folder, String cache) throws Exception {
    this.folder = folder;
    this.cache = cache;
    start();
  }

  static RunningSystem shared() {
    return Holder.SYSTEM;
  }

  /** Another than the shared one, for who stops it and kills it; it records its first start for the next ones. */
  static RunningSystem another() {
    return started("start.aot");
  }

  private static final class Holder {
    /** Started once, it would make its cache for nobody. */
    static final RunningSystem SYSTEM = started("off");
  }

  /** @param cache the name of its start's cache, or off */
  private static RunningSystem started(String cache) {
    try {
      var folder = Files.createTempDirectory("selfrag-it");
      var system = new RunningSystem(folder, cache.equals("off") ? cache : folder.resolve(cache).toString());
      Runtime.getRuntime().addShutdownHook(new Thread(system::end, "stop-system"));
      return system;
    } catch (Exception e) {
      throw new IllegalStateException("the system of the tests does not start", e);
    }
  }

  void start() throws Exception {
    script = Script.start(folder, Map.of("SELFRAG_START_CACHE", cache,
        // Tests send as fast as they can.
        "RATE_LIMITS", "admin=1000000/minute", "AUTH_FAILURES_PER_MINUTE", "0", "PURGE_REPEAT", "1s",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        collector.url()),
        "up", "--data", data().toString(),
        "--port", "0", "--broker-port", "0");
    try {
      await().atMost(START).until(() -> script.out().contains("is ready") || !script.isAlive());
      assertThat(script.out()).as(script.err()).contains("is ready");
    } catch (RuntimeException | AssertionError e) {
      script.kill();
      throw e;
    }
  }

  /** Where its traces go. */
  Collector collector() {
    return collector;
  }

  Path folder() {
    return folder;
  }

  Path data() {
    return folder.resolve("data");
  }

  Path cache() {
    return Path.of(cache);
  }

  Script script() {
    return script;
  }

  /** What a command said and its exit code. */
  record Said(int exitCode, String out, String err) {}

  /** Runs a command against it, in this JVM. */
  Said run(String command, String... arguments) {
    var all = new ArrayList<>(List.of(command, "--data", data().toString()));
    all.addAll(List.of(arguments));
    return say(all.toArray(String[]::new));
  }

  /** Runs a command line in this JVM. */
  static Said say(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode = SelfRag.of().setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(arguments);
    return new Said(exitCode, out.toString(), err.toString());
  }

  private void end() {
    script.terminate();
    try {
      script.await();
      try (var all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
