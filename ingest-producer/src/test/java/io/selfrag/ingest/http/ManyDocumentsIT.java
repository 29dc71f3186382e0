package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.invalid;
import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.OpenPost;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many documents: a list in one body, or a stream of lines. */
@ExtendWith(NothingBlocks.class)
class ManyDocumentsIT {
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() {
    service = Service.shared();
    tenant = service.tenant();
  }

  // batch

  @Test
  void aBatchTakesWhatIsRightAndSaysOfTheRestWhyNot() {
    var answer = ok(202, batch("{'documents':[{'title':'a','content':'x','external_id':'b-1'},{'title':'b'},7,null,"
        + "{'title':'c','content':'y','nope':1},{'title':'d','content':'z','source_url':'http://e.com/'},"
        + "{'title':'e','content':'w'}]}"));

    assertThat(answer.at("/total")).isEqualTo("7");
    assertThat(answer.at("/succeeded")).isEqualTo("2");
    assertThat(answer.at("/failed")).isEqualTo("5");
    assertThat(answer.body().at("/results/0")).hasToString("{\"title\":\"a\",\"document_id\":\""
        + Ids.documentId(tenant.knowledgeBase(), "b-1") + "\",\"success\":true,\"error\":null,\"code\":null}");
    assertThat(answer.at("/results/1/error")).isEqualTo("content is required");
    assertThat(answer.at("/results/1/code")).isEqualTo("VALIDATION_ERROR");
    assertThat(answer.at("/results/2/success")).isEqualTo("false");
    assertThat(answer.at("/results/3/error")).isEqualTo("must be an object");
    assertThat(answer.at("/results/4/error")).isEqualTo("nope: unknown field");
    assertThat(answer.at("/results/5/error")).contains("source_url");
    assertThat(answer.at("/results/6/title")).isEqualTo("e");
    var job = service.get(tenant.readKey(), "/v1/ingest-jobs/" + answer.at("/job_id"));
    assertThat(ok(200, job).at("/received")).isEqualTo("7");
    assertThat(job.at("/rejected")).isEqualTo("5");
    assertThat(job.at("/total")).isEqualTo("2");
    assertThat(service.commands(Lane.BULK, answer.at("/results/6/document_id"))).singleElement()
        .satisfies(it -> assertThat(it.command().getJobId()).hasToString(answer.at("/job_id")));
  }

  @Test
  void aBatchHoldsOneToAThousand() {
    invalid(batch("{'documents':[]}"), "documents");
    invalid(batch("{}"), "documents");
    invalid(batch("{'documents':null}"), "documents");
    invalid(batch("{'documents':'x'}"), "documents");
    invalid(batch("{'documents':[],'more':1}"), "more");
    invalid(batch("[]"), "body");
    invalid(batch("{'documents':[" + documents(1001) + "]}"), "documents");
    assertThat(ok(202, batch("{'documents':[" + documents(1000) + "]}")).at("/succeeded")).isEqualTo("1000");
  }

  @Test
  void s23ABatchUnderAKeyIsTakenOnceAndAfterACrashComesToTheSameIds() {
    var body = "{'documents':[{'title':'a','content':'x'},{'title':'b','content':'y'}]}";
    var first = ok(202, batch(body, "Idempotency-Key", "batch-1"));
    assertThat(ok(202, batch(body, "Idempotency-Key", "batch-1")).body()).isEqualTo(first.body());
    service.sql("delete from idempotency_keys where key = 'batch-1'");

    var again = ok(202, batch(body, "Idempotency-Key", "batch-1"));

    for (String pointer : new String[]{"/results/0/document_id", "/results/1/document_id", "/job_id"}) {
      assertThat(again.at(pointer)).isEqualTo(first.at(pointer));
    }
    problem(batch(body.replace('x', 'z'), "Idempotency-Key", "batch-1"), 422, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void s21OfABatchAsMuchIsTakenAsTheQuotaHolds() {
    var small = service.tenant(3, -1);

    var answer = ok(202, service.post(small.writeKey(), small.documents() + "/batch",
        json("{'documents':[" + documents(5) + "]}")));

    assertThat(answer.at("/succeeded")).isEqualTo("3");
    assertThat(answer.at("/results/4/code")).isEqualTo("QUOTA_EXCEEDED");
  }

  private static String documents(int count) {
    return IntStream.range(0, count).mapToObj(i -> "{'title':'t" + i + "','content':'c" + i + "'}")
        .collect(Collectors.joining(","));
  }

  // bulk

  @Test
  void aBadLineFailsAlone() {
    var answer = bulk(json("{'title':'a','content':'x','external_id':'l-1'}\n\n{not json\n{'title':'b'}\n  \r\n"
        + "{'title':'c','content':'y'}\r\n[1]\n\"\u0000\"\n{'title':'d','content':'z'}"));

    assertThat(ok(200, answer).header("Content-Type")).isEqualTo("application/x-ndjson");
    var lines = answer.lines();
    assertThat(lines).extracting(it -> it.get("line").asInt()).containsExactly(1, 3, 4, 6, 7, 8, 9);
    assertThat(lines).extracting(it -> it.get("success").asBoolean()).containsExactly(true, false, false, true, false,
        false, true);
    assertThat(lines.getFirst()).hasToString("{\"line\":1,\"title\":\"a\",\"document_id\":\""
        + Ids.documentId(tenant.knowledgeBase(), "l-1")
        + "\",\"success\":true,\"error\":null,\"code\":null,\"job_id\":\""
        + answer.header("X-Ingest-Job-ID") + "\"}");
    assertThat(lines.get(1).get("error").asString()).isEqualTo("is not valid JSON");
    assertThat(lines.get(2).get("code").asString()).isEqualTo("VALIDATION_ERROR");
    var job = service.get(tenant.readKey(), "/v1/ingest-jobs/" + answer.header("X-Ingest-Job-ID"));
    assertThat(job.at("/received")).isEqualTo("7");
    assertThat(job.at("/rejected")).isEqualTo("4");
  }

  @Test
  void f13ALineOfTenMegabytesFailsAloneAndItsNeighboursDoNot() {
    var answer = ok(200, bulk(json("{'title':'a','content':'x'}\n{'title':'huge','content':'" + "x".repeat(10 << 20)
        + "'}\n{'title':'b','content':'y'}\n")));

    assertThat(answer.lines()).extracting(it -> it.get("success").asBoolean()).containsExactly(true, false, true);
    assertThat(answer.lines().get(1).get("code").asString()).isEqualTo("PAYLOAD_TOO_LARGE");
  }

  @Test
  void bytesThatAreNotUtf8FailTheirLineAlone() {
    var bytes = json("{'title':'a','content':'xx'}\n{'title':'b','content':'y'}\n").getBytes(StandardCharsets.UTF_8);
    bytes[24] = (byte) 0xC3;

    var answer = service.exchange("POST", tenant.writeKey(), tenant.documents() + "/bulk",
        BodyPublishers.ofByteArray(bytes), "Content-Type", "application/x-ndjson").join();

    assertThat(answer.lines()).extracting(it -> it.get("success").asBoolean()).containsExactly(false, true);
  }

  @Test
  void anEmptyStreamIsAnEmptyAnswerAndACompletedJob() {
    var answer = ok(200, bulk(""));

    assertThat(answer.text()).isEmpty();
    assertThat(service.get(tenant.readKey(), "/v1/ingest-jobs/" + answer.header("X-Ingest-Job-ID")).at("/status"))
        .isEqualTo("completed");
  }

  @Test
  void eachLineOfASlowSenderIsAnsweredWhileTheStreamIsOpen() throws IOException {
    try (var stream = open()) {
      stream.send(json("{'title':'t1','content':'slow'}\n"));
      assertThat(stream.status()).isEqualTo(200);
      assertThat(Service.JSON.readTree(stream.line()).get("line").asInt()).isEqualTo(1);
      stream.send(json("{'title':'t2',"));
      stream.send(json("'content':'slow'}\n"));
      assertThat(Service.JSON.readTree(stream.line()).get("line").asInt()).isEqualTo(2);
      stream.end();
      assertThat(stream.line()).isNull();
    }
  }

  @Test
  void aSenderThatDoesNotReadTheAnswersIsHeldBack() throws IOException {
    var sent = new AtomicLong();
    // Short lines that are no documents, each with an answer that is longer.
    var lines = ("!".repeat(63) + "\n").repeat(1024);
    try (var stream = open()) {
      var sender = CompletableFuture.runAsync(() -> {
        try {
          while (true) {
            stream.send(lines);
            sent.addAndGet(lines.length());
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e); // closed at the end of the test
        }
      }, Thread::startVirtualThread);

      // Nobody reads: once the buffers between us are full, nothing more is taken.
      var seen = new ArrayDeque<Long>();
      await().atMost(Duration.ofSeconds(80)).pollInterval(Duration.ofSeconds(1)).until(() -> {
        seen.addLast(sent.get());
        return seen.size() > 4 && seen.stream().skip(seen.size() - 4).distinct().count() == 1;
      });

      assertThat(sender).isNotDone();
      assertThat(sent.get()).isBetween((long) lines.length(), 64L << 20);
    }
  }

  private static OpenPost open() throws IOException {
    return new OpenPost(service, tenant.writeKey(), tenant.documents() + "/bulk", "application/x-ndjson");
  }

  @Test
  void aStreamIsNoJsonListAndNoForm() {
    problem(service.post(tenant.writeKey(), tenant.documents() + "/bulk", "[]"), 415, "UNSUPPORTED_MEDIA_TYPE");
  }

  private static Answer batch(String json, String... headers) {
    return service.post(tenant.writeKey(), tenant.documents() + "/batch", json(json), headers);
  }

  private static Answer bulk(String lines) {
    return service.exchange("POST", tenant.writeKey(), tenant.documents() + "/bulk", BodyPublishers.ofString(lines),
        "Content-Type", "application/x-ndjson").join();
  }

  private static String json(String text) {
    return text.replace('\'', '"');
  }
}
