package io.selfrag.standalone.index;

import io.selfrag.standalone.client.Target;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The vector store is lost, whole or in part: it is written anew from PostgreSQL, while the system runs. */
@Command(name = "rebuild-index", description = "Write the vector store anew from the rows and vectors in PostgreSQL, while the system runs.", mixinStandardHelpOptions = true)
public final class RebuildIndexCommand implements Callable<Integer> {
  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--tenant", paramLabel = "ID", description = "only this tenant's points")
  private @Nullable UUID tenant;

  @Override
  public Integer call() throws InterruptedException {
    var out = Objects.requireNonNull(spec).commandLine().getOut();
    try (var api = target.operator()) {
      var reconciling = new Reconciling(api, out);
      var ended = reconciling.follow(reconciling.start("rebuild", tenant).path("id").asString());
      if (!ended.path("state").asString("").equals("done")) {
        out.println("It failed: " + ended.path("error").asString(""));
        out.flush();
        return 1;
      }
      long unvectored = Reconciling.count(ended, "unvectored");
      out.println(Reconciling.count(ended, "documents") + " documents with " + Reconciling.count(ended, "chunks")
          + " chunks: " + Reconciling.count(ended, "repaired") + " points written or deleted, in "
          + Reconciling.pace(ended) + ".");
      if (unvectored > 0) {
        out.println(
            unvectored + " chunks have no vector in PostgreSQL (KEEP_VECTORS was off?): upload their documents again.");
      }
      out.flush();
      return unvectored == 0 ? 0 : 1;
    }
  }
}
