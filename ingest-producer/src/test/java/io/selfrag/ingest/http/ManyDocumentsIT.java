package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.invalid;
import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.Lane;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    assertThat(ok(202, batch(body, "Idempotency-Key", "batch-1")).text()).isEqualTo(first.text());
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
    var pipe = new PipedOutputStream();
    var body = new PipedInputStream(pipe);
    var request = service.request(tenant.writeKey(), tenant.documents() + "/bulk")
        .header("Content-Type", "application/x-ndjson").POST(BodyPublishers.ofInputStream(() -> body)).build();
    var opened = CompletableFuture.supplyAsync(() -> service.open(request, BodyHandlers.ofInputStream()));

    send(pipe, "{'title':'t1','content':'slow'}");
    var results = new BufferedReader(new InputStreamReader(opened.join().body(), StandardCharsets.UTF_8));
    assertThat(Service.JSON.readTree(results.readLine()).get("line").asInt()).isEqualTo(1);
    send(pipe, "{'title':'t2','content':'slow'}");
    assertThat(Service.JSON.readTree(results.readLine()).get("line").asInt()).isEqualTo(2);
    pipe.close();
    assertThat(results.readLine()).isNull();
  }

  private static void send(PipedOutputStream pipe, String line) throws IOException {
    pipe.write((json(line) + "\n").getBytes(StandardCharsets.UTF_8));
    pipe.flush();
  }

  @Test
  void aSenderThatDoesNotReadTheAnswersIsHeldBack() throws Exception {
    var sent = new AtomicLong();
    var endless = new InputStream() {
      private long at;

      @Override
      public int read() {
        throw new UnsupportedOperationException();
      }

      @Override
      public int read(byte[] into, int from, int length) {
        // Short lines that are no documents, each with an answer that is longer.
        for (int i = 0; i < length; i++) {
          into[from + i] = (byte) (at++ % 64 == 63 ? '\n' : '!');
        }
        sent.addAndGet(length);
        return length;
      }
    };
    var request = service.request(tenant.writeKey(), tenant.documents() + "/bulk")
        .header("Content-Type", "application/x-ndjson").POST(BodyPublishers.ofInputStream(() -> endless)).build();

    var response = service.open(request, BodyHandlers.ofInputStream());

    // Nobody reads: once the buffers between us are full, nothing more is taken.
    var levels = new long[]{-1};
    await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofSeconds(1))
        .until(() -> {
          long now = sent.get();
          boolean still = now == levels[0];
          levels[0] = now;
          return still;
        });
    assertThat(sent.get()).isLessThan(64 << 20);
    response.body().close();
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
