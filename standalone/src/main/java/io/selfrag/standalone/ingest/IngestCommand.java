package io.selfrag.standalone.ingest;

import io.selfrag.servers.FileProblem;
import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.ProgressLine;
import io.selfrag.standalone.client.Target;
import io.selfrag.standalone.client.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Sends a folder of documents and follows them until each is searchable or failed. A file's path below the folder is its
 * external id, so that sending the folder again replaces what changed and costs nothing for the rest.
 */
@picocli.CommandLine.Command(name = "ingest", description = "Send a file or a folder of documents and follow them until they are searchable.", mixinStandardHelpOptions = true)
public final class IngestCommand implements Callable<Integer> {
  private static final int MOST_PARALLEL = 64;
  private static final int FAILED = 1;
  private static final Duration SILENCE = Duration.ofMinutes(2);

  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "PATH", description = "a file or a folder; names that begin with a dot are left out")
  private Path path = Path.of("");

  @Option(names = "--parallel", defaultValue = "4", description = "uploads at a time (default: ${DEFAULT-VALUE})")
  private int parallel = 4;

  @Option(names = "--no-wait", description = "return when all files are accepted")
  private boolean noWait;

  @Override
  public Integer call() throws InterruptedException {
    var line = Objects.requireNonNull(spec).commandLine();
    var out = line.getOut();
    if (parallel < 1 || parallel > MOST_PARALLEL) {
      throw new ParameterException(line, "--parallel must be between 1 and " + MOST_PARALLEL + ".");
    }
    var scan = scan();
    if (!scan.leftOut().isEmpty()) {
      out.println(scan.leftOut());
    }
    if (scan.files().isEmpty() && scan.unreadable().isEmpty()) {
      throw new ApiFailure(0, "There is nothing to ingest in " + path + ".");
    }
    try (ApiClient api = target.tenant()) {
      var knowledgeBase = target.knowledgeBase();
      var job = api.post("/v1/ingest-jobs", Map.of("knowledge_base_id", knowledgeBase.toString())).path("id")
          .asString();
      var sender = new DocumentSender(api, knowledgeBase, job, scan);
      try (var uploads = new Uploads(sender, parallel, SILENCE)) {
        var progress = new ProgressLine(out, Terminal.ofProcess());
        var report = new Report(out, progress, uploads, scan, target.dataOption());
        Runtime.getRuntime()
            .addShutdownHook(new Thread(() -> report.interrupted(() -> complete(api, job)), "interrupted"));
        uploads.start(scan.files());
        try {
          var last = new Follower(api, job, uploads, progress, scan.files().size(), SILENCE).follow(!noWait);
          return report.atTheEnd(last, !noWait) ? 0 : FAILED;
        } finally {
          report.failed();
        }
      }
    }
  }

  private FolderScan scan() {
    try {
      return FolderScan.of(path);
    } catch (IOException e) {
      throw new ApiFailure(0, Command.shown(path) + " cannot be read: " + FileProblem.of(e) + ".");
    }
  }

  private static void complete(ApiClient api, String job) {
    api.post("/v1/ingest-jobs/" + job + "/complete", Map.of());
  }
}
