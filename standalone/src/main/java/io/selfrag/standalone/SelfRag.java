package io.selfrag.standalone;

import ch.qos.logback.classic.Level;
import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.up.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ScopeType;

/** The {@code selfrag} command. Exit codes: 0 done, 1 something failed, 2 wrong arguments or configuration, 130 interrupted. */
@Command(name = "selfrag", description = "The Self-RAG Pipeline on one machine, and its command line.", mixinStandardHelpOptions = true, version = "Self-RAG Pipeline 0.1.0", scope = ScopeType.LOCAL, subcommands = {
    UpCommand.class, IngestCommand.class, SearchCommand.class, StatusCommand.class,
    DeadLettersCommand.class, CommandLine.HelpCommand.class})
public final class SelfRag {
  private static final int FAILED = 1;

  public static void main(String[] args) {
    quietLog();
    System.exit(run(args));
  }

  /** Until a service sets up logging, only what someone must know; the servers below start before any service. */
  private static void quietLog() {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof ch.qos.logback.classic.Logger root) {
      root.setLevel(Level.WARN);
    }
  }

  /** Runs a command line and returns its exit code. */
  static int run(String... args) {
    return new CommandLine(new SelfRag()).setExecutionExceptionHandler(SelfRag::explain).execute(args);
  }

  /** A refused call is one sentence; anything else is our bug and keeps its stack trace. */
  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
    if (failure instanceof ApiFailure) {
      command.getErr().println(failure.getMessage());
      return FAILED;
    }
    throw failure;
  }
}
