package io.selfrag.standalone;

import ch.qos.logback.classic.Level;
import io.selfrag.standalone.backup.BackupCommand;
import io.selfrag.standalone.backup.RestoreCommand;
import io.selfrag.standalone.cleanup.CleanupCommand;
import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.CredentialsException;
import io.selfrag.standalone.config.ConfigCommand;
import io.selfrag.standalone.doctor.DoctorCommand;
import io.selfrag.standalone.holds.CancelCommand;
import io.selfrag.standalone.holds.PauseCommand;
import io.selfrag.standalone.holds.ResumeCommand;
import io.selfrag.standalone.ingest.ExportCommand;
import io.selfrag.standalone.ingest.IngestCommand;
import io.selfrag.standalone.index.RebuildIndexCommand;
import io.selfrag.standalone.index.ReconcileCommand;
import io.selfrag.standalone.index.ReindexCommand;
import io.selfrag.standalone.letters.DeadLettersCommand;
import io.selfrag.standalone.up.UpCommand;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code selfrag} command. Exit codes: 0 done, 1 something failed, 2 wrong arguments or configuration, 130 interrupted. */
@CommandLine.Command(name = "selfrag", description = "The Self-RAG Pipeline on one machine, and its command line.", mixinStandardHelpOptions = true, version = "Self-RAG Pipeline 0.1.0", synopsisSubcommandLabel = "COMMAND", subcommands = {
    UpCommand.class, IngestCommand.class, ExportCommand.class, SearchCommand.class, AskCommand.class,
    StatusCommand.class, DoctorCommand.class, DeadLettersCommand.class, PauseCommand.class, ResumeCommand.class,
    CancelCommand.class, CleanupCommand.class, ReconcileCommand.class, RebuildIndexCommand.class,
    ReindexCommand.class,
    BackupCommand.class,
    RestoreCommand.class, ConfigCommand.class,
    CommandLine.HelpCommand.class}, exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
        "0:done", "1:something failed", "2:wrong arguments or configuration", "130:interrupted by Ctrl-C"})
public final class SelfRag implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final int WRONG_ARGUMENTS = 2;

  @Spec
  private @Nullable CommandSpec spec;

  public static void main(String[] args) {
    quietLog();
    Thread.currentThread().setUncaughtExceptionHandler((_, bug) -> {
      bug.printStackTrace();
      end(FAILED);
    });
    end(run(args));
  }

  private static void end(int exitCode) {
    if (exitCode != 0) {
      // All is closed, and a JVM that records for its start cache would take seconds to write down what nobody needs.
      Runtime.getRuntime().halt(exitCode);
    }
    System.exit(0);
  }

  /** Until a service sets up logging, only what someone must know; the servers below start before any service. */
  private static void quietLog() {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof ch.qos.logback.classic.Logger root) {
      root.setLevel(Level.WARN);
    }
  }

  /** Without a command: says which there are. */
  @Override
  public Integer call() {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    commandLine.usage(commandLine.getErr());
    return WRONG_ARGUMENTS;
  }

  /** Runs a command line and returns its exit code. */
  static int run(String... args) {
    return of().execute(args);
  }

  /** The command line, ready to be run. */
  static CommandLine of() {
    return new CommandLine(new SelfRag()).setExecutionExceptionHandler(SelfRag::explain)
        .setParameterExceptionHandler(SelfRag::advise).setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** A refused call is one sentence; anything else is our bug and keeps its stack trace. */
  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
    if (failure instanceof ApiFailure || failure instanceof CredentialsException) {
      command.getErr().println(failure.getMessage());
      return FAILED;
    }
    throw failure;
  }

  /** What is wrong with the arguments, and where the right ones are listed; not the whole list. */
  private static int advise(ParameterException failure, String[] args) {
    var command = failure.getCommandLine();
    command.getErr().println(failure.getMessage());
    UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    command.getErr().println(Command.name() + command.getCommandSpec().qualifiedName().substring("selfrag".length())
        + " --help lists what there is.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
