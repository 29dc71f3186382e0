package io.selfrag.standalone.up;

import io.selfrag.catalog.NewerDatabaseException;
import io.selfrag.servers.DataFolderInUseException;
import io.selfrag.servers.FreePorts;
import io.selfrag.servers.LocalServerException;
import io.selfrag.servers.PortInUseException;
import io.selfrag.servers.ServerPorts;
import io.selfrag.service.config.LogSettings;
import io.selfrag.service.logging.LogFile;
import io.selfrag.service.start.ServiceStart;
import io.selfrag.service.start.SettingsOf;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Credentials;
import io.selfrag.standalone.client.CredentialsException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Starts the whole system on this machine and runs until it is stopped. Exit codes: 0 stopped as asked, 1 it did not start or
 * not stop cleanly, 2 something has to be changed before it can start, 128 + n stopped by signal n before it was ready.
 */
@picocli.CommandLine.Command(name = "up", description = "Start the whole system on this machine; Ctrl-C stops it.", mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
  private static final Logger log = LoggerFactory.getLogger(UpCommand.class);
  private static final int FAILED = 1;
  private static final int REFUSED = 2;
  private static final int LAST_PORT = 65_535;

  /** Where the log goes. */
  enum LogTarget {
    file, console
  }

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:SELFRAG_DATA}", description = "everything that survives a restart (default: data, beside this script; SELFRAG_DATA)")
  private @Nullable Path data;

  @Option(names = "--port", description = "port of the API, 0 for any free one (default: 8020; PORT)")
  private @Nullable Integer port;

  @Option(names = "--address", defaultValue = "127.0.0.1", description = "address that the API listens on; 0.0.0.0 lets other machines in (default: ${DEFAULT-VALUE})")
  private String address = "127.0.0.1";

  @Option(names = "--broker-port", paramLabel = "PORT", defaultValue = "9092", description = "port of Kafka, 0 for any free one (default: ${DEFAULT-VALUE})")
  private int brokerPort = 9092;

  @Option(names = "--embedding", paramLabel = "PROVIDER", defaultValue = "${env:EMBEDDING_PROVIDER}", description = "onnx (default), ollama, openai, or hashing, which costs nothing and serves tests (EMBEDDING_PROVIDER)")
  private @Nullable String embedding;

  @Option(names = "--log", paramLabel = "TARGET", defaultValue = "${env:LOG_TARGET:-file}", description = "file: logs/selfrag.log in the data folder (default), or console (LOG_TARGET)")
  private LogTarget logTarget = LogTarget.file;

  @Override
  public Integer call() throws InterruptedException {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    var out = commandLine.getOut();
    var err = commandLine.getErr();
    if (port != null) {
      requirePortNumber("--port", port);
    }
    requirePortNumber("--broker-port", brokerPort);
    var folder = new DataFolder(data != null ? data : Command.usualData());
    var stop = StopRequest.listen(() -> {
      out.println("Stopping …");
      out.flush();
    });
    var cache = StartCache.ofProcess();
    long start = System.nanoTime();
    StandaloneSystem system;
    try {
      var settings = StandaloneSettings.checked(folder.path(), chosen());
      int apiPort = settings.getRequiredProperty("server.port", Integer.class);
      prepare(folder, apiPort, SettingsOf.of(LogSettings.class).bind(settings));
      out.println("Starting in " + Command.shown(folder.path()) + " …");
      out.flush();
      system = StandaloneSystem.start(options(folder, apiPort), UnaryOperator.identity(), stop::isMade);
    } catch (RuntimeException e) {
      return explain(e, stop, folder, err);
    }
    system.servers().broker().onFault(() -> {
      err.println(folder.trouble());
      err.flush();
    });
    out.print(Greeting.of(system.credentials(), folder.path(), Duration.ofNanos(System.nanoTime() - start)));
    out.flush();
    stop.await();
    return close(system, stop, cache, folder, out, err);
  }

  private int explain(RuntimeException failure, StopRequest stop, DataFolder folder, PrintWriter err) {
    if (stop.isMade()) {
      log.atInfo().setCause(failure).log("stopped before it was ready");
      err.println("Stopped before it was ready.");
      return stop.exitCode();
    }
    var refusal = refusal(failure);
    if (refusal != null) {
      err.println(refusal);
      return REFUSED;
    }
    log.atWarn().setCause(failure).log("start failed");
    err.println(failure instanceof LocalServerException
        ? failure.getMessage()
        : "The system did not start: " + deepest(failure) + ".");
    err.println("More in " + logName(folder) + ".");
    return FAILED;
  }

  private int close(StandaloneSystem system, StopRequest stop, StartCache cache, DataFolder folder, PrintWriter out,
      PrintWriter err) {
    try {
      system.close();
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).log("stop was not clean");
      err.println("A part did not stop cleanly: " + deepest(e) + ". Nothing is lost; more in " + logName(folder) + ".");
      return FAILED;
    }
    out.println(cache.isRecorded()
        ? "Stopped. Some seconds more, this once, make later starts faster; Ctrl-C skips them."
        : "Stopped.");
    out.flush();
    stop.listenNoMore();
    cache.finishLater();
    return 0;
  }

  private void requirePortNumber(String option, int value) {
    if (value < 0 || value > LAST_PORT) {
      throw new ParameterException(Objects.requireNonNull(spec).commandLine(),
          option + " must be between 0 and " + LAST_PORT + ".");
    }
  }

  /** Looks at what would stop the start later, so that it is said at once. */
  private void prepare(DataFolder folder, int apiPort, LogSettings log) {
    if (!folder.exists()) {
      requireFreePorts(apiPort); // or a refused start leaves an empty folder
    }
    folder.prepare();
    requireFreePorts(apiPort);
    var _ = Credentials.in(folder.path());
    if (logTarget == LogTarget.file) {
      LogFile.open(folder.logFile(), log);
    }
  }

  private void requireFreePorts(int apiPort) {
    requireFreePort(apiPort, "the API", "--port");
    requireFreePort(brokerPort, "Kafka", "--broker-port");
  }

  private static void requireFreePort(int wanted, String user, String option) {
    if (wanted != 0 && !FreePorts.isFree(wanted)) {
      throw new StartRefusedException("Port " + wanted + " of this machine, meant for " + user
          + ", is in use by another program: stop that program, or choose another port with " + option + ".");
    }
  }

  private StandaloneOptions options(DataFolder folder, int apiPort) {
    return new StandaloneOptions(folder.path(), apiPort, new ServerPorts(brokerPort, 0, 0), chosen());
  }

  /** What options say beside the environment. */
  private Map<String, Object> chosen() {
    var properties = new HashMap<String, Object>();
    properties.put("server.address", address);
    if (port != null) {
      properties.put("PORT", port);
    }
    if (embedding != null && !embedding.isBlank()) {
      properties.put("EMBEDDING_PROVIDER", embedding);
    }
    return properties;
  }

  /** The sentence about what must be changed before a start can work, if that is what failed. */
  private static @Nullable String refusal(RuntimeException failure) {
    var setting = ServiceStart.configurationProblem(failure);
    if (setting != null) {
      return setting.lines().map(it -> "Configuration error: " + it + ".")
          .collect(Collectors.joining(System.lineSeparator()));
    }
    return switch (failure) {
      case StartRefusedException e -> e.getMessage();
      case DataFolderInUseException e -> e.getMessage();
      case PortInUseException e -> e.getMessage();
      case CredentialsException e -> e.getMessage();
      case NewerDatabaseException e -> e.getMessage();
      default -> null;
    };
  }

  private static String deepest(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName()).strip();
  }

  private String logName(DataFolder folder) {
    return logTarget == LogTarget.file ? Command.shown(folder.logFile()) : "the log";
  }
}
