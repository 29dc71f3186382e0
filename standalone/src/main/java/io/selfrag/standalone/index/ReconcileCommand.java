package io.selfrag.standalone.index;

import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Target;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Whether ledger, PostgreSQL and vector store agree. Exit code 1 where something is found that was not set right. */
@CommandLine.Command(name = "reconcile", description = "Compare ledger, PostgreSQL and vector store, and set right what differs.", mixinStandardHelpOptions = true)
public final class ReconcileCommand implements Callable<Integer> {
  private static final List<String> POINTS = List.of("missing", "wrong", "stale", "orphaned");

  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--tenant", paramLabel = "ID", description = "only what is this tenant's")
  private @Nullable UUID tenant;

  @Option(names = "--repair", description = "set right what is found")
  private boolean repair;

  @Option(names = "--no-wait", description = "only start it")
  private boolean noWait;

  @Option(names = "--show", paramLabel = "ID", description = "show one that was started before")
  private @Nullable UUID show;

  @Override
  public Integer call() throws InterruptedException {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var api = target.operator()) {
      var reconciling = new Reconciling(api, out);
      if (show != null) {
        return report(api.get("/admin/reconcile/" + show), out);
      }
      var id = reconciling.start(repair ? "repair" : "report", tenant).path("id").asString();
      if (noWait) {
        out.println("Started. " + Command.name() + " reconcile" + target.dataOption() + " --show " + id
            + " says how far it is.");
        out.flush();
        return 0;
      }
      return report(reconciling.follow(id), out);
    }
  }

  private int report(JsonNode state, PrintWriter out) {
    state.path("findings").forEach(it -> out.println(it.path("kind").asString("") + "  "
        + it.path("subject").asString("") + "  " + it.path("detail").asString("")));
    long points = POINTS.stream().mapToLong(it -> Reconciling.count(state, it)).sum();
    long counters = Reconciling.count(state, "miscounted");
    long others = Reconciling.count(state, "unvectored") + Reconciling.count(state, "violations")
        + (state.path("findings").toString().contains("\"not_checked\"") ? 1 : 0);
    out.println(state.path("state").asString("") + ": " + Reconciling.count(state, "documents") + " documents, "
        + Reconciling.count(state, "chunks") + " chunks; points: " + Reconciling.count(state, "missing")
        + " missing, " + Reconciling.count(state, "wrong") + " wrong, " + Reconciling.count(state, "stale")
        + " stale, " + Reconciling.count(state, "orphaned") + " orphaned; " + counters + " counters wrong, "
        + Reconciling.count(state, "unvectored") + " chunks without a vector, "
        + Reconciling.count(state, "violations") + " contradictions in the ledger; "
        + Reconciling.count(state, "repaired") + " repaired");
    if (state.hasNonNull("error")) {
      out.println(state.path("error").asString());
    }
    boolean open = points + counters > 0 && state.path("mode").asString("").equals("report");
    if (open) {
      out.println(Command.name() + " reconcile" + target.dataOption() + " --repair sets points and counters right.");
    }
    out.flush();
    boolean failed = state.path("state").asString("").equals("failed");
    return open || others > 0 || failed ? 1 : 0;
  }
}
