package io.selfrag.bench.fault;

import io.selfrag.bench.system.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;

/** More processes of a worker while it works. */
final class ScaleFaults {
  private ScaleFaults() {}

  /** Embedders in processes of their own join one that is at work. */
  record Embedders() implements Fault {
    private static final int DOCUMENTS = 4000;
    private static final int FULL_SCALE = 80;
    private static final int MORE = 2;
    private static final Duration SHARED_OUT = Duration.ofSeconds(60);
    /** Records of a batch at most, of the consumers of both lanes. */
    private static final int BATCH = 128;

    @Override
    public String id() {
      return "SCALE";
    }

    @Override
    public String what() {
      return "embedders 1 → 3, each in a process of its own, during an import";
    }

    @Override
    public String act(FaultRun run) {
      var started = new ArrayList<Workers>();
      try (var wire = run.wire()) {
        for (int i = 0; i < MORE; i++) {
          started.add(run.system().startWorkers());
        }
        int documents = DOCUMENTS * Math.min(FULL_SCALE, run.scale()) / FULL_SCALE;
        var group = wire.topics().prefix() + "embedder-bulk";
        var before = wire.partitionsByMember(group);
        var work = new BulkImport(run, "scale", documents);
        started.forEach(it -> it.add("embedder"));
        FaultRun.await("every process has its share", SHARED_OUT,
            () -> wire.partitionsByMember(group).size() > before.size()
                && wire.partitionsByMember(group).values().stream().allMatch(it -> it > 0));
        var shares = wire.partitionsByMember(group);
        boolean working = !work.isDone();
        var took = work.await();
        int twice = EmbeddedTwice.count(run, wire);
        var note = documents + " documents in " + took.toSeconds() + " s; partitions by consumer " + before.values()
            + " → " + shares.values() + (working ? " while it worked" : " (after it was done)") + "; " + twice
            + " chunks embedded twice";
        if (twice > BATCH * MORE || !working) {
          throw new IllegalStateException(note);
        }
        return note;
      } finally {
        started.forEach(Workers::close);
      }
    }

    @Override
    public boolean wantsItsOwnSystem() {
      return true;
    }

    /** Consumers of one thread each, so that three processes find four partitions. */
    @Override
    public Map<String, String> settings() {
      return Map.of("EMBEDDER_CONSUMERS", "1");
    }
  }
}
