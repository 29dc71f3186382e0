package io.selfrag.bench.fault;

import io.selfrag.bench.api.Embeddings;
import io.selfrag.bench.workload.MarkedText;
import io.selfrag.bench.workload.Place;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.PipelineTopic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Records that come twice, late, or in the wrong order. */
final class OrderFaults {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private OrderFaults() {}

  /** All there is, once more. */
  record Replay() implements Fault {
    private static final int SAME = 100;

    @Override
    public String id() {
      return "F10";
    }

    @Override
    public String what() {
      return "every record of every topic once more; the same command 100 times";
    }

    @Override
    public boolean isOutage() {
      return false; // poison of the faults before is replayed as well
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.finish();
      try (var ledger = run.ledger()) {
        ledger.awaitSettled(LIMIT);
      }
      long before = Embeddings.count(run.system().access().baseUrl());
      int again = 0;
      try (var wire = run.wire()) {
        for (String topic : wire.allTopics()) {
          var records = wire.read(topic, _ -> true);
          wire.sendAgain(records);
          again += records.size();
        }
        var text = MarkedText.of(900_001, 1, 3);
        var command = Commands.upsert(run.place(), "hundred", text, null);
        var entry = run.log().upsert(run.place().documentId("hundred"), MarkedText.sha256(text));
        for (int i = 0; i < SAME; i++) {
          wire.send(command);
        }
        entry.acknowledge();
      }
      awaitDocument(run, "hundred");
      FaultRun.pause(Duration.ofSeconds(5)); // what was replayed opens no revision that one could wait for
      return again + " records again; texts embedded meanwhile: "
          + (Embeddings.count(run.system().access().baseUrl()) - before);
    }
  }

  /** Versions in the wrong order, late chunks, deletes of what is under way. */
  record OutOfOrder() implements Fault {
    private static final int IN_FLIGHT = 1000;
    private static final int IN_FRONT = 30;

    @Override
    public String id() {
      return "F11";
    }

    @Override
    public String what() {
      return "v3, v1, v2, delete, late chunks; delete while indexing; knowledge base deleted with " + IN_FLIGHT
          + " documents in flight";
    }

    @Override
    public String act(FaultRun run) {
      try (var wire = run.wire()) {
        versions(run, wire, "shuffled", false);
        versions(run, wire, "shuffled-deleted", true);
        awaitDocument(run, "shuffled");
        lateChunks(run, wire, "shuffled-deleted");
        lateChunks(run, wire, "shuffled");
      }
      deleteWhileIndexing(run);
      deleteKnowledgeBase(run);
      FaultRun.pause(Duration.ofSeconds(3));
      return "";
    }

    /** Two versions on the bulk lane, a third that overtakes them; then all commands once more, in the wrong order. */
    private static void versions(FaultRun run, Wire wire, String id, boolean delete) {
      var document = run.place().documentId(id);
      var lines = new ArrayList<byte[]>();
      for (int i = 0; i < IN_FRONT; i++) {
        lines.add(BulkImport.line(id + "-in-front-" + i, MarkedText.of(902_000 + i, 1, 2)));
      }
      for (int version : List.of(1, 2)) {
        lines.add(BulkImport.line(id, MarkedText.of(900_010, version, 4)));
      }
      try (var api = run.api()) {
        api.bulk(run.place().documents() + "/bulk", lines).orThrow();
        api.put(run.place().document(id), Map.of("title", id, "content", MarkedText.of(900_010, 3, 4), "wait", 0))
            .orThrow();
        for (int version : List.of(1, 2, 3)) {
          run.log().upsert(document, MarkedText.sha256(MarkedText.of(900_010, version, 4))).acknowledge();
        }
        if (delete) {
          api.delete(run.place().document(id)).orThrow();
          run.log().delete(document).acknowledge();
        }
      }
      var commands = new ArrayList<ConsumerRecord<byte[], byte[]>>();
      for (Lane lane : Lane.values()) {
        commands.addAll(wire.read(wire.topics().of(PipelineTopic.DOCUMENTS, lane), it -> isOf(document, it)));
      }
      Collections.rotate(commands, 1);
      wire.sendAgain(commands);
    }

    private static boolean isOf(UUID document, ConsumerRecord<byte[], byte[]> record) {
      return Arrays.equals(record.key(), document.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void lateChunks(FaultRun run, Wire wire, String id) {
      var document = run.place().documentId(id);
      for (Lane lane : Lane.values()) {
        wire.sendAgain(wire.read(wire.topics().of(PipelineTopic.EMBEDDED_CHUNKS, lane), it -> isOf(document, it)));
      }
    }

    private static void deleteWhileIndexing(FaultRun run) {
      try (var api = run.api()) {
        for (int i = 0; i < 20; i++) {
          var id = "fleeting-" + i;
          var text = MarkedText.of(900_100 + i, 1, 8);
          var entry = run.log().upsert(run.place().documentId(id), MarkedText.sha256(text));
          api.put(run.place().document(id), Map.of("title", id, "content", text, "wait", 0)).orThrow();
          entry.acknowledge();
          FaultRun.pause(Duration.ofMillis(20L * i));
          var delete = run.log().delete(run.place().documentId(id));
          api.delete(run.place().document(id)).orThrow();
          delete.acknowledge();
        }
      }
    }

    private static void deleteKnowledgeBase(FaultRun run) {
      var place = Place.create(run.system().access(), "fleeting-" + UUID.randomUUID(), Map.of());
      var lines = new ArrayList<byte[]>();
      for (int i = 0; i < IN_FLIGHT; i++) {
        lines.add(BulkImport.line("d" + i, MarkedText.of(901_000 + i, 1, 6)));
      }
      try (var api = place.open(run.system().access())) {
        api.bulk(place.documents() + "/bulk", lines).orThrow();
        api.delete("/v1/knowledge-bases/" + place.knowledgeBaseId()).orThrow();
        var after = api.get(place.documents());
        if (after.status() != 404) {
          throw new IllegalStateException("a deleted knowledge base answers " + after.status());
        }
      }
    }
  }

  /** More versions than can be worked on. */
  record ManyVersions() implements Fault {
    private static final int VERSIONS = 1000;

    @Override
    public String id() {
      return "F12";
    }

    @Override
    public String what() {
      return "one document, " + VERSIONS + " versions at once";
    }

    @Override
    public String act(FaultRun run) {
      var lines = new ArrayList<byte[]>();
      for (int version = 1; version <= VERSIONS; version++) {
        lines.add(BulkImport.line("restless", MarkedText.of(900_020, version, 2)));
      }
      long start = System.nanoTime();
      try (var api = run.api()) {
        var results = api.bulk(run.place().documents() + "/bulk", lines).orThrow().body();
        long failed = results.valueStream().filter(it -> !it.path("success").asBoolean()).count();
        if (failed > 0 || results.size() != VERSIONS) {
          throw new IllegalStateException(failed + " of " + results.size() + " lines failed");
        }
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      run.log().upsert(run.place().documentId("restless"), MarkedText.sha256(MarkedText.of(900_020, VERSIONS, 2)))
          .acknowledge();
      awaitDocument(run, "restless");
      try (var api = run.api(); var ledger = run.ledger()) {
        ledger.awaitSettled(LIMIT);
        var document = api.get("/v1/documents/" + run.place().documentId("restless")).orThrow().body();
        return "accepted in " + millis / 1000.0 + " s; " + document.path("version").asInt()
            + " versions became visible in passing";
      }
    }
  }

  static void awaitDocument(FaultRun run, String externalId) {
    try (var api = run.api()) {
      FaultRun.await(externalId + " is indexed", LIMIT, () -> api.get("/v1/documents/" + run.place().documentId(
          externalId)).body().path("processing_status").asString("").equals("completed"));
    }
  }
}
