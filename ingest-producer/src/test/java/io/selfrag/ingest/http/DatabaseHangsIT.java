package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.servers.LocalPostgres;
import io.selfrag.servers.SharedServers;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What callers see of a database that keeps its connections open and does not answer, and that it goes on by itself. */
@ExtendWith(NothingBlocks.class)
class DatabaseHangsIT {
  private static final Duration LIMIT = Duration.ofSeconds(25);
  private static final Duration BACK = Duration.ofSeconds(30);
  @TempDir
  private static Path folder;
  private static LocalPostgres postgres;
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    postgres = SharedServers.ownPostgres(folder.resolve("postgres"));
    postgres.start();
    service = new Service(postgres.address(), Map.of("INGEST_ANSWER_TIMEOUT", "2s", "DB_STATEMENT_TIMEOUT", "1s",
        "DB_POOL_TIMEOUT", "2s"));
    tenant = service.tenant();
  }

  @AfterAll
  static void stop() {
    service.close();
    postgres.stop();
  }

  @Test
  void aDatabaseThatHangsIsAnsweredInTimeOnEveryRoute() {
    var document = "/v1/documents/" + upload();
    var job = "/v1/ingest-jobs/" + ok(201, service.post(tenant.writeKey(), "/v1/ingest-jobs",
        "{\"knowledge_base_id\":\"" + tenant.knowledgeBase() + "\"}")).at("/id");
    var body = "{\"title\":\"t\",\"content\":\"c\"}";
    callersAreKnown();
    long start = System.nanoTime();
    postgres.pause();
    try {
      var answers = new ArrayList<CompletableFuture<Answer>>();
      answers.add(read(tenant.documents()));
      for (String path : List.of(document, document + "/chunks", document + "/content", document + "/events", job)) {
        answers.add(read(path));
      }
      answers.add(service.sendAsync("GET", tenant.readKey(), document + "/events", null, "Accept",
          "text/event-stream"));
      answers.add(service.sendAsync("GET", tenant.readKey(), job + "/events", null, "Accept", "text/event-stream"));
      answers.add(write("PATCH", document, "{\"title\":\"u\"}"));
      answers.add(write("POST", document + "/interrupt", null));
      answers.add(write("POST", document + "/retry", null));
      answers.add(write("DELETE", document, null));
      answers.add(write("POST", "/v1/ingest-jobs", "{\"knowledge_base_id\":\"" + tenant.knowledgeBase() + "\"}"));
      answers.add(write("POST", job + "/complete", null));
      answers.add(write("POST", tenant.documents(), body));
      answers.add(service.sendAsync("POST", tenant.writeKey(), tenant.documents(), body, "Idempotency-Key", "k"));
      answers.add(write("PUT", tenant.documents() + "/by-external-id/x", body));
      answers.add(write("DELETE", tenant.documents() + "/by-external-id/x", null));
      answers.add(write("POST", tenant.documents() + "/batch", "{\"documents\":[" + body + "]}"));
      answers.add(service.exchange("POST", tenant.writeKey(), tenant.documents() + "/bulk",
          BodyPublishers.ofString(body + "\n"), "Content-Type", "application/x-ndjson"));
      answers.add(service.exchange("POST", tenant.writeKey(), tenant.documents() + "/upload",
          BodyPublishers
              .ofString("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\nx\r\n"
                  + "--b--\r\n"),
          "Content-Type", "multipart/form-data; boundary=b"));

      assertThat(answers).allSatisfy(it -> {
        var answer = problem(it.join(), 503, "STORE_UNAVAILABLE");
        assertThat(answer.header("Retry-After")).isNotEmpty();
      });
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
    } finally {
      postgres.resume();
    }
    await().atMost(BACK).untilAsserted(DatabaseHangsIT::upload);
  }

  /** Who calls is asked of the database too, and then there would be no more to see here. */
  private static void callersAreKnown() {
    ok(200, service.get(tenant.readKey(), tenant.documents()));
    ok(200, service.get(tenant.writeKey(), tenant.documents()));
  }

  private static CompletableFuture<Answer> read(String path) {
    return service.sendAsync("GET", tenant.readKey(), path, null);
  }

  private static CompletableFuture<Answer> write(String method, String path, String body) {
    return service.sendAsync(method, tenant.writeKey(), path, body);
  }

  private static String upload() {
    return ok(202,
        service.post(tenant.writeKey(), tenant.documents(), "{\"title\":\"t\",\"content\":\"c\",\"wait\":0}"))
        .at("/document_id");
  }
}
