package io.selfrag.bench.fault;

import io.selfrag.bench.workload.MarkedText;
import io.selfrag.schemas.PipelineTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Bad data, and data of another time. */
final class DataFaults {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final byte[] UNKNOWN_FINGERPRINT = {(byte) 0xC3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0};

  private DataFaults() {}

  /** Files and records that nobody can read, with good ones beside them. */
  record Poison() implements Fault {
    private static final int NEIGHBOURS = 20;
    /** A failure has its cause on the document within this time. */
    private static final Duration STATED = Duration.ofSeconds(10);

    @Override
    public String id() {
      return "F13";
    }

    @Override
    public String what() {
      return "malformed Avro, unknown fingerprint, null key, hostile and broken files, one 10 MB line";
    }

    @Override
    public boolean isOutage() {
      return false;
    }

    @Override
    public String act(FaultRun run) {
      long letters = deadLetters(run);
      int sent = sendPoisonRecords(run);
      var slowest = sendPoisonFiles(run);
      if (slowest.compareTo(STATED) > 0) {
        throw new IllegalStateException("a failure was stated only after " + slowest.toMillis() / 1000.0 + " s");
      }
      for (int i = 0; i < NEIGHBOURS; i++) {
        OrderFaults.awaitDocument(run, "neighbour-" + i);
      }
      FaultRun.await(sent + " dead letters are listed", LIMIT, () -> deadLetters(run) - letters >= sent);
      return String.format(java.util.Locale.ROOT, "%d records dead-lettered; slowest stated failure %.1f s", sent,
          slowest.toMillis() / 1000.0);
    }

    private static long deadLetters(FaultRun run) {
      try (var ledger = run.ledger()) {
        return ledger.counts().deadLetters();
      }
    }

    private static int sendPoisonRecords(FaultRun run) {
      try (var wire = run.wire()) {
        var garbage = new byte[200];
        new Random(2).nextBytes(garbage);
        int sent = 0;
        for (PipelineTopic topic : List.of(PipelineTopic.DOCUMENTS, PipelineTopic.VERSIONS, PipelineTopic.CHUNKS,
            PipelineTopic.EMBEDDED_CHUNKS)) {
          wire.send(wire.topics().of(topic), "00000000-0000-4000-8000-000000000001", garbage);
          wire.send(wire.topics().of(topic), "00000000-0000-4000-8000-000000000001", UNKNOWN_FINGERPRINT);
          sent += 2;
        }
        var text = MarkedText.of(900_030, 1, 1);
        wire.send(wire.topics().of(PipelineTopic.DOCUMENTS), null,
            wire.encode(Commands.upsert(run.place(), "keyless", text, null)));
        wire.send(wire.topics().of(PipelineTopic.DOCUMENTS), "not-a-uuid",
            wire.encode(Commands.upsert(run.place(), "misnamed", text, null)));
        return sent + 2;
      }
    }

    private static Duration sendPoisonFiles(FaultRun run) {
      var slowest = Duration.ZERO;
      int neighbour = 0;
      try (var api = run.api()) {
        for (PoisonFiles.PoisonFile file : PoisonFiles.all()) {
          for (int i = 0; i < NEIGHBOURS / PoisonFiles.all().size() + 1 && neighbour < NEIGHBOURS; i++) {
            var id = "neighbour-" + neighbour;
            var text = MarkedText.of(900_200 + neighbour++, 1, 2);
            run.log().upsert(run.place().documentId(id), MarkedText.sha256(text)).acknowledge();
            api.put(run.place().document(id), Map.of("title", id, "content", text, "wait", 0)).orThrow();
          }
          long start = System.nanoTime();
          var entry = run.log().poison(run.place().documentId(file.name()), MarkedText.sha256(file.bytes()));
          var reply = api.upload(run.place().documents() + "/upload",
              Map.of("title", file.name(), "external_id", file.name()), file.name(), file.bytes());
          if (reply.status() >= 400 && reply.status() < 500 && !reply.code().isEmpty()) {
            entry.refuse();
            continue; // refused at the door, with a code
          }
          reply.orThrow();
          entry.acknowledge();
          awaitEnd(run, file);
          var time = Duration.ofNanos(System.nanoTime() - start);
          if (file.mustFail() && time.compareTo(slowest) > 0) {
            slowest = time;
          }
        }
      }
      return slowest;
    }

    private static void awaitEnd(FaultRun run, PoisonFiles.PoisonFile file) {
      try (var api = run.api()) {
        var path = "/v1/documents/" + run.place().documentId(file.name());
        FaultRun.await(file.name() + " has ended", LIMIT,
            () -> List.of("failed", "completed").contains(api.get(path).body().path("processing_status").asString("")));
        var document = api.get(path).body();
        boolean failed = document.path("processing_status").asString("").equals("failed");
        if (file.mustFail() && !failed) {
          throw new IllegalStateException(file.name() + " was indexed");
        }
        if (failed && document.path("error").path("code").asString("").isEmpty()) {
          throw new IllegalStateException(file.name() + " failed without a code");
        }
      }
    }
  }

  /** Records of every released schema, and of one that is not released. */
  record MixedSchemas() implements Fault {
    private static final int EACH = 20;

    @Override
    public String id() {
      return "F18";
    }

    @Override
    public String what() {
      return "commands of every released schema mixed with today's and with an unknown one";
    }

    @Override
    public boolean isOutage() {
      return false;
    }

    @Override
    public String act(FaultRun run) {
      var ids = new ArrayList<String>();
      int versions;
      try (var wire = run.wire()) {
        var encoders = ReleasedSchemas.encoders();
        versions = encoders.size();
        for (int i = 0; i < EACH; i++) {
          for (int version = 0; version <= versions; version++) {
            var id = "schema-" + version + "-" + i;
            var text = MarkedText.of(900_300 + version * EACH + i, 1, 2);
            var command = Commands.upsert(run.place(), id, text, null);
            var bytes = version == versions ? wire.encode(command) : encoders.get(version).apply(command);
            run.log().upsert(run.place().documentId(id), MarkedText.sha256(text)).acknowledge();
            wire.send(wire.topics().of(PipelineTopic.DOCUMENTS), run.place().documentId(id).toString(), bytes);
            ids.add(id);
          }
          wire.send(wire.topics().of(PipelineTopic.DOCUMENTS), "00000000-0000-4000-8000-000000000002",
              UNKNOWN_FINGERPRINT);
        }
      }
      ids.forEach(id -> OrderFaults.awaitDocument(run, id));
      return versions + " released schema versions and today's, " + EACH + " each, all indexed";
    }
  }
}
