package io.selfrag.bench.measure;

import io.selfrag.bench.system.BenchSystem;
import io.selfrag.bench.system.Memory;
import io.selfrag.servers.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long {@code ./selfrag up} takes until it says that it is ready, and what memory it takes then. */
@Command(name = "start", description = "Time from ./selfrag up to ready: first start, later starts, after a kill -9; memory.", mixinStandardHelpOptions = true)
public final class StartCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(StartCommand.class);

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--command", description = "the script (default: ${DEFAULT-VALUE})")
  private Path script = Path.of(System.getProperty("selfrag.home", ".")).resolve("selfrag");

  /** A system that is up. */
  private record Running(Process process, double seconds) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    var data = BenchSystem.temporary("start");
    int port = FreePorts.any();
    int broker = FreePorts.any();
    try {
      var table = new Table("start", "seconds to ready", "memory of all its processes, MiB");
      var first = start(data, port, broker);
      row(table, "first, on an empty folder", first);
      stop(first);
      var second = start(data, port, broker);
      row(table, "second", second);
      stop(second);
      var third = start(data, port, broker);
      row(table, "third", third);
      third.process.destroyForcibly().waitFor();
      var killed = start(data, port, broker);
      row(table, "after kill -9", killed);
      stop(killed);
      table.print(out);
    } finally {
      BenchSystem.delete(data);
    }
    return 0;
  }

  private Running start(Path data, int port, int broker) throws IOException {
    long start = System.nanoTime();
    var process = new ProcessBuilder(script.toString(), "up", "--data", data.toString(), "--port",
        Integer.toString(port), "--broker-port", Integer.toString(broker))
        .redirectError(ProcessBuilder.Redirect.appendTo(data.resolve("start.log").toFile())).start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.contains("is ready after")) {
        double seconds = (System.nanoTime() - start) / 1e9;
        Thread.ofPlatform().daemon().start(() -> drain(lines));
        return new Running(process, seconds);
      }
    }
    throw new IllegalStateException("it did not start; see " + data.resolve("start.log"));
  }

  /** Nothing may wait for its output to be read; ends with the process, which a kill ends in the middle of a line. */
  private static void drain(BufferedReader lines) {
    try (lines) {
      lines.transferTo(Writer.nullWriter());
    } catch (IOException e) {
      log.atDebug().setCause(e).log("output of a killed process ended");
    }
  }

  private static void row(Table table, String name, Running running) {
    var all = Stream.concat(Stream.of(running.process.toHandle()), running.process.descendants());
    long bytes = all.mapToLong(it -> Memory.proportionalBytes(it.pid())).sum();
    table.row(name, String.format(Locale.ROOT, "%.1f", running.seconds), Long.toString(bytes >> 20));
  }

  private static void stop(Running running) throws InterruptedException {
    running.process.destroy();
    running.process.waitFor();
  }
}
