package io.selfrag.standalone.holds;

import io.selfrag.standalone.client.Target;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that say what is meant: a job, or a tenant's whole bulk lane. */
final class HeldPart {
  @Mixin
  private Target target = new Target();

  @ArgGroup(multiplicity = "1")
  private @Nullable Which which;

  /** One of the two. */
  static final class Which {
    @Option(names = "--job", paramLabel = "ID", required = true, description = "an ingest job")
    private @Nullable UUID job;

    @Option(names = "--tenant", paramLabel = "ID", required = true, description = "the whole bulk lane of a tenant; its single uploads go on")
    private @Nullable UUID tenant;

    String path() {
      return job == null ? "/admin/tenants/" + tenant + "/bulk-lane/" : "/admin/ingest-jobs/" + job + "/";
    }
  }

  /** Asks for the change and says how it stands then. */
  int change(String verb, PrintWriter out) {
    try (var api = target.operator()) {
      var now = api.post(Objects.requireNonNull(which).path() + verb, Map.of());
      out.println((now.hasNonNull("job_id") ? "Job " + now.path("job_id").asString() : "The bulk lane") + " is "
          + now.path("state").asString("") + ": " + now.path("open").asLong() + " documents have not ended, "
          + now.path("parked").asLong() + " of them wait for the end of a pause.");
      out.flush();
    }
    return 0;
  }
}
