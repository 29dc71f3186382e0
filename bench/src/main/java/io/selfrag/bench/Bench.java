package io.selfrag.bench;

import ch.qos.logback.classic.Level;
import io.selfrag.bench.fault.FaultsCommand;
import io.selfrag.bench.ledger.LedgerCommand;
import io.selfrag.bench.measure.AnswersCommand;
import io.selfrag.bench.measure.EmbedCommand;
import io.selfrag.bench.measure.IngestCommand;
import io.selfrag.bench.measure.IsolationCommand;
import io.selfrag.bench.measure.KillCommand;
import io.selfrag.bench.measure.LatencyCommand;
import io.selfrag.bench.measure.LimitsCommand;
import io.selfrag.bench.measure.QueriesCommand;
import io.selfrag.bench.measure.RebuildCommand;
import io.selfrag.bench.measure.ReplaceCommand;
import io.selfrag.bench.measure.RetrievalCommand;
import io.selfrag.bench.measure.StartCommand;
import io.selfrag.bench.measure.StoreCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./selfrag bench}: each subcommand makes the figures of one part of the README. */
@Command(name = "bench", description = "Measure and torment the system.", mixinStandardHelpOptions = true, subcommands = {
    IngestCommand.class, LatencyCommand.class, RetrievalCommand.class, StartCommand.class,
    ReplaceCommand.class, KillCommand.class, FaultsCommand.class, LedgerCommand.class, StoreCommand.class,
    EmbedCommand.class, AnswersCommand.class, QueriesCommand.class, RebuildCommand.class, IsolationCommand.class,
    LimitsCommand.class})
public final class Bench {
  private Bench() {}

  /** Figures on the terminal, not what the Kafka clients of a measurement have to say. */
  private static void quietLog() {
    if (LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME) instanceof ch.qos.logback.classic.Logger root) {
      root.setLevel(Level.ERROR);
    }
  }

  public static void main(String[] args) {
    quietLog();
    System.exit(new CommandLine(new Bench()).setUsageHelpAutoWidth(true).execute(args));
  }
}
