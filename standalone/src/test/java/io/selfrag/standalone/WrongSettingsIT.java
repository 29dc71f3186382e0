package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.chunker.ChunkerStreamApplication;
import io.selfrag.embedder.EmbedderWorkerApplication;
import io.selfrag.indexer.IndexerSinkApplication;
import io.selfrag.ingest.IngestProducerApplication;
import io.selfrag.query.QueryApiApplication;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@ResourceLock(RunningSystem.LOCK)
class WrongSettingsIT {
  @TempDir
  Path folder;

  @Test
  void everyServiceEndsWithCodeTwoAndALineForEachWrongSetting() throws Exception {
    var wrong = Map.of("LOG_LEVEL", "LOUD", "KAFKA_PARTITIONS", "0", "KAFKA_REPLICATION", "none", "MAX_BODY_SIZE_MB",
        "0");
    var started = new ArrayList<Script>();
    for (var main : List.of(IngestProducerApplication.class, ChunkerStreamApplication.class,
        EmbedderWorkerApplication.class, IndexerSinkApplication.class, QueryApiApplication.class)) {
      started.add(Script.start(folder, wrong, "java", main.getName()));
    }

    for (Script service : started) {
      var ended = service.await();
      assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
      assertThat(ended.err().lines()).containsExactlyInAnyOrder(
          "configuration error: LOG_LEVEL must be one of TRACE, DEBUG, INFO, WARN, ERROR",
          "configuration error: KAFKA_PARTITIONS must be between 1 and 1000",
          "configuration error: KAFKA_REPLICATION is not a valid short: \"none\"",
          "configuration error: MAX_BODY_SIZE_MB must be between 1 and 1024");
    }
  }
}
