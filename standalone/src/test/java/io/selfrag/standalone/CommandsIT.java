package io.selfrag.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.Credentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

@ResourceLock(RunningSystem.LOCK)
class CommandsIT {
  private final RunningSystem system = RunningSystem.shared();

  @TempDir
  Path folder;

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void aFolderIsIngestedFailuresAreNamedAndTheRestIsFound() throws Exception {
    file("harbour.md", "# Harbour\n\nThe harbour master keeps a ledger of every schooner.");
    file("garden.txt", "Gardeners prune the pear trees in February.");
    file("broken.docx", "PK\u0003\u0004 cut off");
    file("empty.txt", "");
    Files.createSymbolicLink(folder.resolve("circle"), folder);

    var said = system.run("ingest", folder.toString());

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err()).isEmpty();
    assertThat(said.out()).contains("Left out: 1 link to a folder.", "failed   broken.docx: ", "empty.txt: ",
        "(EMPTY_DOCUMENT)", "4 files: 2 indexed, 0 unchanged, 1 failed, 1 refused, in ");
    assertThat(system.run("search", "who keeps a ledger of schooners?").out()).startsWith("1. ")
        .contains("harbour.md", "keeps a ledger of every schooner");
  }

  @Test
  void aQuestionIsAnsweredWithWhatSupportsEachSentence() throws Exception {
    file("lighthouse.md",
        "# Lighthouse\n\nThe lighthouse at Cape Sorrow was lit in 1873 by Ada Byrne. Its lamp burns whale oil.");
    assertThat(system.run("ingest", folder.toString()).exitCode()).isZero();

    var said = system.run("ask", "--verdicts", "Who lit the lighthouse at Cape Sorrow, and when?");

    assertThat(said.exitCode()).as(said.err()).isZero();
    assertThat(said.out()).startsWith("The lighthouse at Cape Sorrow was lit in 1873 by Ada Byrne. [1]")
        .contains("\n[1] lighthouse.md\n", "Quoted from the passages, without a language model; ",
            "sentence  supported");
    assertThat(system.run("ask", "--json", "Who lit the lighthouse at Cape Sorrow?").out()).startsWith("{")
        .contains("\"grounded\" : true");
    assertThat(system.run("ask", "Who won the chess championship of Zembla?").out())
        .startsWith("The knowledge base does not hold the answer to this question.");
    assertThat(system.run("ask", "--api-key", "kb_sk_wrong", "anything").err()).contains("(INVALID_API_KEY)");
  }

  @Test
  void whatDidNotChangeCostsNothingAndIsCalledUnchanged() throws Exception {
    file("a.txt", "Copper kettles need polish.");
    file("b.txt", "Tin whistles do not.");
    assertThat(system.run("ingest", folder.toString()).out()).contains("2 files: 2 indexed, 0 unchanged");
    file("b.txt", "Tin whistles need patience.");

    var said = system.run("ingest", folder.toString());

    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).contains("2 files: 1 indexed, 1 unchanged, 0 failed, 0 refused, in ");
  }

  @Test
  void anImportThatIsInterruptedSaysThatWhatWasAcceptedGoesOn() throws Exception {
    for (int i = 0; i < 400; i++) {
      file("note-" + i + ".txt", "Note number " + i + " speaks of clouds.");
    }
    var script = Script.start(folder, Map.of(), "ingest", "--data", system.data().toString(), folder.toString());
    await().atMost(Duration.ofSeconds(60)).until(() -> script.out().contains("sent "));

    script.terminate();

    var ended = script.await();
    assertThat(ended.exitCode()).isEqualTo(143);
    assertThat(ended.out()).contains("Interrupted. ", " files were accepted and go on being processed;");
  }

  @Test
  void nothingToIngestIsSaid() {
    assertThat(system.run("ingest", folder.toString())).isEqualTo(
        new RunningSystem.Said(1, "", "There is nothing to ingest in " + folder + ".\n"));
    assertThat(system.run("ingest", folder.resolve("missing").toString()).err())
        .isEqualTo(folder.resolve("missing") + " cannot be read: it does not exist.\n");
  }

  @Test
  void anAnswerForProgramsIsTheApis() throws Exception {
    file("a.txt", "Walnut ink fades slowly.");
    system.run("ingest", folder.toString());

    var said = system.run("search", "--json", "-k", "1", "walnut ink");

    assertThat(JsonMapper.shared().readTree(said.out()).path("results").path(0).path("text").asString())
        .contains("Walnut ink fades slowly.");
  }

  @Test
  void noPassageIsAnAnswer() throws Exception {
    var empty = newKnowledgeBase();

    assertThat(system.run("search", "--kb", empty, "anything"))
        .isEqualTo(new RunningSystem.Said(0, "No passage found.\n", ""));
  }

  private String newKnowledgeBase() {
    var credentials = Credentials.in(system.data()).orElseThrow();
    try (var api = io.selfrag.standalone.client.ApiClient.ofTenant(credentials.baseUrl(), credentials.apiKey(), "")) {
      return api.post("/v1/knowledge-bases", Map.of("name", "empty-" + folder.getFileName())).path("id").asString();
    }
  }

  @Test
  void statusShowsEveryPart() {
    var said = system.run("status");

    assertThat(said.out()).startsWith(Credentials.in(system.data()).orElseThrow().baseUrl() + " is ")
        .containsPattern("database +ok +[0-9]+ ms").containsPattern("broker +ok").contains("workers")
        .containsPattern("order +ok +[0-9]+ waiting").containsPattern("embedder +ok")
        .containsPattern("indexer-bulk +ok");
    assertThat(said.err()).isEmpty();
  }

  @Test
  void doctorLooksAtEveryPartAndSaysWhatIsNotThere() throws Exception {
    var backups = Files.createDirectory(folder.resolve("backups"));

    var said = system.run("doctor", "--json", "--backups", backups.toString());

    var levels = new HashMap<String, String>();
    JsonMapper.shared().readTree(said.out())
        .forEach(it -> levels.put(it.path("check").asString(), it.path("level").asString()));
    assertThat(levels).as(said.out()).containsEntry("connections", "OK").containsEntry("long queries", "OK")
        .containsEntry("table bloat", "OK").containsEntry("Qdrant", "NONE").containsEntry("certificate", "NONE")
        .containsEntry("backup", "FAIL").containsKeys("services", "consumer lag", "dead letters", "statements",
            "database size", "oldest document", "disk", "memory");
    assertThat(levels.get("statements")).as(said.out()).isNotEqualTo("NONE");
    assertThat(said.exitCode()).as("no backup is a failure").isEqualTo(1);
    assertThat(system.run("doctor").out()).contains("-     backup", "name where backups are with --backups DIR")
        .containsPattern("[0-9]+ failed, [0-9]+ warnings[.]");
  }

  @Test
  void cleanupTouchesNothingUntilItIsMeantAndThenOnlyWhatIsOld() throws Exception {
    var logs = system.data().resolve("logs");
    var old = Files.setLastModifiedTime(Files.writeString(logs.resolve("other.log.7"), "x"),
        FileTime.from(Instant.now().minus(Duration.ofDays(31))));
    var young = Files.writeString(logs.resolve("other.log.8"), "x");

    assertThat(system.run("cleanup").out()).contains("other.log.7", "would remove 1 old logs", "would remove",
        " ingest jobs", "Nothing was touched").doesNotContain("other.log.8");
    assertThat(old).exists();
    assertThat(system.run("cleanup", "--apply").out()).contains("removed 1 old logs", "removed 0 ingest jobs");
    assertThat(old).doesNotExist();
    assertThat(young).exists();
    assertThat(system.run("cleanup", "--older-than", "0").exitCode()).isEqualTo(2);
  }

  @Test
  void aDeadLetterIsListedShownAndTriedAgain() throws Exception {
    file("torn.docx", "PK\u0003\u0004 cut off");
    system.run("ingest", folder.toString());
    var found = new String[1];
    await().atMost(Duration.ofSeconds(30)).until(() -> {
      var list = system.run("dead-letters", "list", "--limit", "100").out();
      found[0] = list.lines().filter(line -> line.matches("[0-9a-f-]{36} .*")).findFirst().orElse(null);
      return found[0] != null;
    });
    var id = found[0].substring(0, 36);

    assertThat(system.run("dead-letters", "list").out()).contains(id);
    assertThat(system.run("dead-letters", "show", id).out())
        .contains("\"headers\"", "\"code\"");
    assertThat(RunningSystem.say("dead-letters", "replay", "--data", system.data().toString(), id))
        .isEqualTo(new RunningSystem.Said(0, "It is tried again.\n", ""));
    assertThat(system.run("dead-letters", "replay", "--stage", "nowhere").out())
        .isEqualTo("0 found: 0 are tried again, 0 skipped, 0 could not be sent, 0 failed again.\n");
    assertThat(
        system.run("dead-letters", "replay", "--until", "2100-01-01T00:00:00Z", "--include-replayed", "--dry-run")
            .out())
        .contains(" found: ").contains("Nothing was done.");
    assertThat(system.run("dead-letters", "replay", "--stage", "parse", "--rate", "0").exitCode()).isEqualTo(2);
    assertThat(system.run("dead-letters", "replay").exitCode()).isEqualTo(2);
  }

  @Test
  void aKnowledgeBaseOfMoreThanAPageIsExportedWhole() throws Exception {
    int count = 45;
    for (int i = 0; i < count; i++) {
      file("egret-" + i + ".txt", "Egret number " + i + " stands in the reeds.");
    }
    var credentials = Credentials.in(system.data()).orElseThrow();
    try (var api = ApiClient.ofTenant(credentials.baseUrl(), credentials.apiKey(), "")) {
      var base = api.post("/v1/knowledge-bases", Map.of("name", "egrets " + folder)).path("id").asString();
      assertThat(system.run("ingest", "--kb", base, folder.toString()).exitCode()).isZero();
      var export = folder.resolve("egrets.ndjson");

      var said = system.run("export", "--kb", base, "--to", export.toString());

      assertThat(said.exitCode()).as(said.err()).isZero();
      assertThat(said.out()).startsWith(count + " documents are in ");
      assertThat(Files.readAllLines(export)).map(it -> JsonMapper.shared().readTree(it).path("content").asString())
          .doesNotHaveDuplicates().hasSize(count)
          .allMatch(it -> it.contains(" stands in the reeds."));
    }
  }

  @Test
  void theIndexIsWrittenAnewAndThenAgreesWithTheRows() throws Exception {
    file("heronry.md", "# Heronry\n\nThe heronry of Lake Meer has ninety nests in tall alders.");
    assertThat(system.run("ingest", folder.toString()).exitCode()).isZero();

    var rebuilt = system.run("rebuild-index");

    assertThat(rebuilt.exitCode()).as(rebuilt.out() + rebuilt.err()).isZero();
    assertThat(rebuilt.out())
        .containsPattern("[1-9][0-9]* documents with [1-9][0-9]* chunks: [1-9][0-9]* points written");
    assertThat(system.run("search", "nests in tall alders").out()).contains("ninety nests");
    assertThat(system.run("reconcile").out())
        .contains("points: 0 missing, 0 wrong, 0 stale, 0 orphaned; 0 counters wrong, 0 chunks without a vector");
    var started = system.run("reconcile", "--no-wait", "--tenant", new UUID(1, 2).toString());
    assertThat(started.err()).endsWith("(TENANT_NOT_FOUND).\n");
  }

  @Test
  void S19aKnowledgeBaseIsEmbeddedAnewSeenRolledBackEmbeddedAgainAndTheOldIndexIsGone() throws Exception {
    file("reindexed.md", "# Otters\n\nThe otters of Lake Meer float hand in hand while they sleep.");
    assertThat(system.run("ingest", folder.toString()).exitCode()).isZero();

    var first = system.run("reindex", "--provider", "hashing", "--dim", "128");

    assertThat(first.exitCode()).as(first.out() + first.err()).isZero();
    assertThat(first.out()).contains(": switched, ", "Queries see the new index.");
    assertThat(system.run("search", "how do otters sleep?").out()).contains("hand in hand");
    assertThat(system.run("reindex").err()).contains("(INVALID_STATUS)");
    var job = first.out().replaceAll("(?s).*Job ([0-9a-f-]{36}): switched.*", "$1");
    file("later.md", "# Beavers\n\nThe beavers of Lake Meer fell poplars at dusk.");
    assertThat(system.run("ingest", folder.toString()).exitCode()).isZero();

    var back = system.run("reindex", "--rollback", job);

    assertThat(back.out()).as(back.err()).containsAnyOf(": rolling_back, ", ": rolled_back, ");
    assertThat(system.run("search", "what do beavers fell at dusk?").out()).contains("fell poplars");
    assertThat(system.run("reindex", "--confirm", job).err()).contains("(INVALID_STATUS)");

    ends(job, "rolled_back");
    var again = system.run("reindex", "--chunker", "sentence", "--keep", "0");

    assertThat(again.exitCode()).as(again.out() + again.err()).isZero();
    var second = again.out().replaceAll("(?s).*Job ([0-9a-f-]{36}): .*", "$1");
    ends(second, "done");
    assertThat(system.run("search", "how do otters sleep?").out()).contains("hand in hand");
    assertThat(system.run("reconcile").out())
        .contains("points: 0 missing, 0 wrong, 0 stale, 0 orphaned; 0 counters wrong, 0 chunks without a vector");
  }

  private void ends(String job, String state) {
    await().atMost(Duration.ofSeconds(60)).untilAsserted(
        () -> assertThat(system.run("reindex", "--show", job).out()).contains(": " + state + ", "));
  }

  @Test
  void aWrongKeyIsOneSentence() {
    var url = Credentials.in(system.data()).orElseThrow().baseUrl();

    var said = system.run("search", "--api-key", "kb_sk_wrong", "anything");

    assertThat(said.exitCode()).isEqualTo(1);
    assertThat(said.err()).startsWith("The key is not accepted by " + url + ": ").endsWith("(INVALID_API_KEY).\n");
  }

  @Test
  void aSystemThatDoesNotRunIsOneSentence() {
    assertThat(RunningSystem.say("status", "--data", folder.toString()).err()).isEqualTo("No system was started in "
        + folder + ": start one with ./selfrag up --data " + folder + ", or give --url and --api-key.\n");
    assertThat(RunningSystem.say("search", "--url", "http://localhost:1", "--api-key", "k", "--kb",
        "11111111-2222-4333-8444-555555555555", "q"))
        .isEqualTo(
            new RunningSystem.Said(1, "", "Nothing answers at http://localhost:1. Is the system running there?\n"));
    assertThat(RunningSystem.say("status", "--url", "localhost:1").err())
        .isEqualTo("localhost:1 is not a base URL: it must look like http://localhost:8020.\n");
  }

  @Test
  void wrongArgumentsAreOneSentenceAndWhereTheRightOnesAreListed() {
    assertThat(RunningSystem.say("search", "--colour", "red")).satisfies(said -> {
      assertThat(said.exitCode()).isEqualTo(2);
      assertThat(said.err()).isEqualTo("Unknown option: '--colour'\n./selfrag search --help lists what there is.\n");
    });
    assertThat(RunningSystem.say("ingst", "x").err()).contains("Did you mean: selfrag ingest");
    assertThat(RunningSystem.say().exitCode()).isEqualTo(2);
    assertThat(RunningSystem.say("--help").out())
        .contains("up ", "ingest", "search", "ask", "status", "doctor", "dead-letters",
            "reconcile", "rebuild-index", "backup", "restore")
        .doesNotContain("config check");
  }
}
