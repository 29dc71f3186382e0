package io.selfrag.bench.fault;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.BenchSystem;
import io.selfrag.vectorstore.copy.CollectionCopy;
import io.selfrag.vectorstore.copy.CopiedFile;
import io.selfrag.vectorstore.lucene.LuceneIndexCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The vector store is gone. Nothing is asked while it is not whole again; documents come, change and go all the time. */
final class LostIndexFaults {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private LostIndexFaults() {}

  /** Brought back from a copy of another moment; what came after it is in the rows, and what was under way in the topics. */
  record Copied() implements Fault {
    @Override
    public String id() {
      return "F21";
    }

    @Override
    public String what() {
      return "vector store lost under load, brought back from an older copy, and set right by what came since";
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      Path backup = BenchSystem.temporary("copy");
      try {
        var copies = take(run, backup);
        long copied = copies.stream().mapToLong(it -> it.points() == null ? 0 : it.points()).sum();
        run.load();
        run.load();
        lose(run);
        bringBack(run, copies, backup);
        run.system().startAgain();
        var ended = reconciled(run, "repair");
        if (ended.path("repaired").asLong() == 0) {
          throw new IllegalStateException("nothing came after the copy");
        }
        seenAgain(run);
        return copied + " points in the copy; then " + ended.path("missing").asLong() + " were missing, "
            + ended.path("wrong").asLong() + " wrong, " + ended.path("stale").asLong() + " stale, "
            + ended.path("orphaned").asLong() + " orphaned; " + ended.path("repaired").asLong() + " repaired";
      } finally {
        BenchSystem.delete(backup);
      }
    }

    private static List<CollectionCopy> take(FaultRun run, Path backup) {
      var copies = new ArrayList<CollectionCopy>();
      try (var store = new LuceneIndexCopy(run.system().access().index())) {
        for (String collection : store.collections()) {
          store.save(collection, Files.createDirectories(backup.resolve(collection))).ifPresent(copies::add);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return copies;
    }

    private static void bringBack(FaultRun run, List<CollectionCopy> copies, Path backup) {
      try (var store = new LuceneIndexCopy(run.system().access().index())) {
        for (CollectionCopy copy : copies) {
          var folder = backup.resolve(copy.collection());
          for (CopiedFile file : copy.files()) {
            if (!file.isWholeIn(folder)) {
              throw new IllegalStateException(file.name() + " is not what was copied");
            }
          }
          store.restore(copy, folder);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Written anew from the rows alone. */
  record Rebuilt() implements Fault {
    @Override
    public String id() {
      return "F21";
    }

    @Override
    public String what() {
      return "vector store lost under load, and rebuilt from PostgreSQL";
    }

    /** Its tenants have the names of the other half's. */
    @Override
    public boolean wantsItsOwnSystem() {
      return true;
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.load();
      lose(run);
      run.system().startAgain();
      var ended = reconciled(run, "rebuild");
      seenAgain(run);
      return ended.path("chunks").asLong() + " chunks, " + ended.path("repaired").asLong()
          + " points written or deleted";
    }
  }

  private static void lose(FaultRun run) {
    run.unwatch();
    run.system().kill();
    BenchSystem.delete(run.system().access().index());
  }

  private static JsonNode reconciled(FaultRun run, String mode) {
    var access = run.system().access();
    try (var api = Api.ofOperator(access.baseUrl(), access.adminToken())) {
      var path = "/admin/reconcile/"
          + api.post("/admin/reconcile", Map.of("mode", mode)).orThrow().body().path("id").asString();
      FaultRun.await("the " + mode + " has ended", LIMIT,
          () -> api.get(path).orThrow().body().hasNonNull("finished_at"));
      var ended = api.get(path).orThrow().body();
      if (!ended.path("state").asString("").equals("done")) {
        throw new IllegalStateException("the " + mode + " failed: " + ended);
      }
      return ended;
    }
  }

  private static void seenAgain(FaultRun run) {
    run.watch();
    run.load();
  }
}
