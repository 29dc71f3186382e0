package io.selfrag.bench.ledger;

import io.selfrag.bench.system.BenchSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks a running system's ledger. */
@Command(name = "ledger", description = "Compare what was accepted with PostgreSQL and the vector store of a running system.", mixinStandardHelpOptions = true)
public final class LedgerCommand implements Callable<Integer> {
  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:SELFRAG_DATA:-data}", description = "data folder of the running system (default: ${DEFAULT-VALUE})")
  private Path data = Path.of("data");

  @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "60", description = "how long to wait until nothing is under way (default: ${DEFAULT-VALUE})")
  private int wait = 60;

  @Override
  public Integer call() {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    var access = BenchSystem.running(data);
    try (var ledger = LedgerCheck.open(access.databaseUrl(), access.index())) {
      var backlog = ledger.awaitSettled(Duration.ofSeconds(wait));
      if (!backlog.isEmpty()) {
        out.println("not settled: " + backlog);
      }
      var report = ledger.check(new AcceptedLog());
      out.println(report.text());
      out.flush();
      return report.isOk() ? 0 : 1;
    }
  }
}
