package io.selfrag.standalone.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.selfrag.servers.LocalServerException;
import io.selfrag.service.config.ConfigurationException;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.up.StandaloneSettings;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what the services would be told, and tries what they would connect to. */
@CommandLine.Command(name = "check", description = "Show the settings of all services and where each comes from, and try each connection.", mixinStandardHelpOptions = true, exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
    "0:all is well", "1:a connection failed", "2:a setting is wrong"})
final class ConfigCheckCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int WRONG_SETTING = 2;

  private static final Logger LOG = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  /** Held, or its level would be forgotten. */
  private static final java.util.logging.Logger OF_LUCENE = java.util.logging.Logger.getLogger("org.apache.lucene");

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:SELFRAG_DATA}", description = "data folder of a system on this machine, whose servers are tried; default: data, beside this script, unless the environment has DATABASE_URL (SELFRAG_DATA)")
  private @Nullable Path data;

  @Option(names = "--timeout", paramLabel = "SECONDS", description = "longest wait for each connection (default: ${DEFAULT-VALUE})")
  private int timeout = 10;

  @Override
  public Integer call() throws InterruptedException {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    if (timeout < 1 || timeout > 600) {
      throw new CommandLine.ParameterException(commandLine, "--timeout must be between 1 and 600.");
    }
    var level = LOG.getLevel();
    quiet();
    try {
      return checked(commandLine);
    } finally {
      LOG.setLevel(level);
    }
  }

  private int checked(CommandLine commandLine) throws InterruptedException {
    var folder = folder();
    Map<String, Object> given;
    try {
      given = folder == null ? Map.of() : StandaloneSettings.kept(folder);
    } catch (LocalServerException e) {
      commandLine.getErr().println(e.getMessage());
      return FAILED;
    }
    var environment = ServiceStart.read(StandaloneSettings.services(), given);
    var out = commandLine.getOut();
    out.println(folder == null
        ? "Settings of the environment"
        : "Settings of the system in " + Command.shown(folder));
    table(EffectiveSetting.of(environment, given.keySet()).stream()
        .map(it -> List.of(it.variable(), it.value(), it.source())).toList(), out);
    out.flush();
    try {
      ServiceStart.check(environment, StandaloneSettings.services());
    } catch (ConfigurationException e) {
      String.valueOf(e.getMessage()).lines()
          .forEach(it -> commandLine.getErr().println("Configuration error: " + it + "."));
      return WRONG_SETTING;
    }
    return tried(environment, out);
  }

  /** The folder whose servers are meant; null: those that the environment names. */
  private @Nullable Path folder() {
    if (data != null) {
      return data.toAbsolutePath().normalize();
    }
    return System.getenv("DATABASE_URL") == null && Files.exists(Command.usualData()) ? Command.usualData() : null;
  }

  private int tried(ConfigurableEnvironment environment, PrintWriter out) throws InterruptedException {
    var limit = Duration.ofSeconds(timeout);
    var connections = new Connections(environment, limit);
    List<Probe.Outcome> outcomes;
    var threads = Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    try {
      outcomes = Probe.runAll(connections.probes(), threads, limit);
    } finally {
      threads.shutdownNow(); // what did not end in time is not waited for
    }
    var chosen = connections.chosenWhileRunning();
    if (!chosen.isEmpty()) {
      out.println("Set by operators while the system ran");
      table(chosen.stream().map(it -> List.of(it.key().wireName(), String.valueOf(it.value()),
          it.error() == null ? "database" : "not in force: " + it.error())).toList(), out);
    }
    out.println("Connections");
    table(outcomes.stream().map(it -> List.of(it.probe().name(), it.said(), it.probe().address())).toList(), out);
    out.flush();
    return outcomes.stream().allMatch(Probe.Outcome::ok) ? 0 : FAILED;
  }

  private static void table(List<List<String>> rows, PrintWriter out) {
    var widths = new ArrayList<Integer>();
    IntStream.range(0, 2).forEach(
        column -> widths.add(rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0) + 1));
    for (var row : rows) {
      out.println(String.format(Locale.ROOT, "  %-" + widths.get(0) + "s %-" + widths.get(1) + "s %s", row.get(0),
          row.get(1), row.get(2)).stripTrailing());
    }
  }

  /** Clients say at length what is said here in a line. */
  private static void quiet() {
    LOG.setLevel(Level.OFF);
    OF_LUCENE.setLevel(java.util.logging.Level.OFF);
  }
}
