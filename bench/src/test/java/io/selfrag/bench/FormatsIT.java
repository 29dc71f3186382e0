package io.selfrag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.ledger.AcceptedLog;
import io.selfrag.bench.ledger.LedgerCheck;
import io.selfrag.bench.measure.TestData;
import io.selfrag.bench.system.SystemProcess;
import io.selfrag.bench.workload.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Every file of the test data's formats, through the whole system: the text that is expected, or a stated failure. */
class FormatsIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);

  private record Expected(String file, String text) {
    /** Of damaged files a part of the text is as good an end as a stated failure. */
    boolean isFailure() {
      return text.startsWith("expected: error; encrypted") || text.startsWith("expected: empty");
    }

    boolean isOpen() {
      return text.startsWith("expected:") && !isFailure();
    }
  }

  @Test
  @Timeout(600)
  void everyFileGivesItsTextOrAStatedFailure(@TempDir Path folder) throws IOException {
    var formats = TestData.folder().resolve("formats");
    Assumptions.assumeTrue(Files.isRegularFile(formats.resolve("MANIFEST.tsv")),
        "SKIPPED: no test data; set SELFRAG_TEST_DATA to the folder that has formats/MANIFEST.tsv");
    try (var system = SystemProcess.start(folder.resolve("data"), Map.of("EMBEDDING_PROVIDER", "hashing"), "1g")) {
      var place = Place.create(system.access(), "formats", Map.of());
      var problems = new ArrayList<String>();
      try (var api = place.open(system.access())) {
        var files = manifest(formats);
        for (Expected it : files) {
          send(api, place, it, Files.readAllBytes(formats.resolve(it.file)), problems);
        }
        for (Expected it : files) {
          judge(api, place, it, problems);
        }
      }
      assertThat(problems).isEmpty();
      try (var ledger = LedgerCheck.open(system.access().databaseUrl(), system.access().index())) {
        assertThat(ledger.awaitSettled(LIMIT).isEmpty()).isTrue();
        assertThat(ledger.check(new AcceptedLog()).violations()).isEmpty();
      }
    }
  }

  private static List<Expected> manifest(Path formats) throws IOException {
    return Files.readAllLines(formats.resolve("MANIFEST.tsv")).stream().skip(1).map(line -> line.split("\t"))
        .filter(cells -> cells.length >= 5).map(cells -> new Expected(cells[0], cells[4])).toList();
  }

  private static void send(Api api, Place place, Expected it, byte[] bytes, List<String> problems) {
    var reply = api.upload(place.documents() + "/upload", Map.of("title", it.file, "external_id", it.file),
        Path.of(it.file).getFileName().toString(), bytes);
    if (reply.status() != 202 && (reply.code().isEmpty() || !it.text.startsWith("expected:"))) {
      problems.add(it.file + " was refused: " + reply);
    }
  }

  private static void judge(Api api, Place place, Expected it, List<String> problems) {
    var path = "/v1/documents/" + place.documentId(it.file);
    if (api.get(path).status() == 404) {
      return; // refused at the door, with a code
    }
    Awaitility.await().atMost(LIMIT).pollInterval(Duration.ofMillis(300)).until(
        () -> List.of("completed", "failed").contains(api.get(path).body().path("processing_status").asString("")));
    var document = api.get(path).body();
    var code = document.path("error").path("code").asString("");
    boolean failed = document.path("processing_status").asString().equals("failed");
    if (failed && code.isEmpty()) {
      problems.add(it.file + " failed without a code");
    } else if (it.isFailure() && !failed || !it.isOpen() && !it.isFailure() && failed
        || it.text.contains("encrypted") && !code.equals("ENCRYPTED")) {
      problems.add(it.file + " ended as " + document);
    } else if (!failed && !it.text.startsWith("expected:") && !text(api, path).contains(normal(it.text))) {
      problems.add(it.file + " lacks: " + it.text);
    }
  }

  /** The chunks put together by their offsets. */
  private static String text(Api api, String path) {
    var text = new StringBuilder();
    for (int page = 1;; page++) {
      var chunks = api.get(path + "/chunks?page_size=100&page=" + page).orThrow().body();
      for (JsonNode chunk : chunks.path("items")) {
        int overlap = Math.max(0, text.length() - chunk.path("char_start").asInt(text.length()));
        var piece = chunk.path("text").asString();
        text.append(piece.substring(Math.min(overlap, piece.length())));
      }
      if (page >= chunks.path("pages").asInt(1)) {
        return normal(text.toString());
      }
    }
  }

  private static String normal(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC).replaceAll("\\s+", " ").strip();
  }
}
