package io.selfrag.bench.fault;

import io.selfrag.bench.measure.Table;
import io.selfrag.bench.system.BenchSystem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The fault tests, whole. */
@Command(name = "faults", description = "Do faults to a system under load and check its ledger after each.", mixinStandardHelpOptions = true)
public final class FaultsCommand implements Callable<Integer> {
  @Spec
  private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "FAULT", arity = "0..*", description = "such as F1 F13 (default: all)")
  private List<String> only = List.of();

  @Option(names = "--outage", paramLabel = "SECONDS", defaultValue = "15", description = "how long things stay away (default: ${DEFAULT-VALUE})")
  private int outage = 15;

  @Option(names = "--scale", paramLabel = "CALLS", defaultValue = "80", description = "calls of the load between two steps (default: ${DEFAULT-VALUE})")
  private int scale = 80;

  @Option(names = "--seed", defaultValue = "1", description = "of the load (default: ${DEFAULT-VALUE})")
  private long seed = 1;

  @Option(names = "--keep", description = "leave the systems' folders, for their logs")
  private boolean keep;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    Path folder = BenchSystem.temporary("faults");
    var outcomes = new FaultSuite(folder, Duration.ofSeconds(outage), scale, seed).runWhole(only,
        outcome -> progress(outcome, out));
    var table = new Table("fault", "", "what", "calls", "queries", "took s", "settled s", "remark");
    outcomes.forEach(it -> table.row(it.id(), it.verdict(), it.what(), Long.toString(it.calls()),
        Long.toString(it.queries()), Long.toString(it.took().toSeconds()), Long.toString(it.settled().toSeconds()),
        it.note()));
    table.print(out);
    boolean failed = outcomes.stream().anyMatch(FaultOutcome::isFailed);
    if (!failed && !keep) {
      BenchSystem.delete(folder);
    } else {
      out.println("logs are in " + folder);
    }
    out.flush();
    return failed ? 1 : 0;
  }

  private static void progress(FaultOutcome outcome, PrintWriter out) {
    out.println(outcome.id() + " " + outcome.verdict() + " in " + outcome.took().toSeconds()
        + " s: " + outcome.what() + "; " + outcome.note());
    outcome.problems().forEach(it -> out.println("    " + it));
    out.flush();
  }
}
