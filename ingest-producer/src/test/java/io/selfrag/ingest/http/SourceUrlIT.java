package io.selfrag.ingest.http;

import static io.selfrag.ingest.Answers.ok;
import static io.selfrag.ingest.Answers.problem;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.selfrag.ingest.NothingBlocks;
import io.selfrag.ingest.Service;
import io.selfrag.ingest.Service.Answer;
import io.selfrag.ingest.Service.Tenant;
import io.selfrag.ingest.fetch.AddressPolicy;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.Upsert;
import io.selfrag.servers.SharedServers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.support.GenericApplicationContext;

/** Documents that are fetched: from a web server on 127.0.0.1, which counts as public here and is the only address that does. */
@ExtendWith(NothingBlocks.class)
class SourceUrlIT {
  private static final int MIB = 1024 * 1024;
  @TempDir
  private static Path folder;
  private static final AtomicInteger HITS = new AtomicInteger();
  private static final CountDownLatch END = new CountDownLatch(1);
  private static HttpServer web;
  private static Service service;
  private static Tenant tenant;

  @BeforeAll
  static void start() throws IOException {
    var loopback = InetAddress.getByName("127.0.0.1");
    web = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    web.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    web.createContext("/", SourceUrlIT::answer);
    web.start();
    AddressPolicy onlyThisOne = loopback::equals;
    service = new Service(SharedServers.bootstrapServers(),
        Map.of("MAX_DOCUMENT_SIZE_MB", 3, "FETCH_TIMEOUT", "3s", "UPLOAD_TEMP_DIR", folder),
        List.of(context -> ((GenericApplicationContext) context).registerBean(AddressPolicy.class, () -> onlyThisOne)));
    tenant = service.tenant();
  }

  @AfterAll
  static void stop() {
    END.countDown();
    service.close();
    web.stop(0);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      switch (exchange.getRequestURI().getPath()) {
        case "/page.html" -> {
          HITS.incrementAndGet();
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          send(exchange, 200, "<p>语</p>".getBytes(StandardCharsets.UTF_8));
        }
        case "/moved" -> redirect(exchange, "/page.html");
        case "/inside" -> redirect(exchange, "http://127.0.0.2:" + exchange.getLocalAddress().getPort() + "/page.html");
        case "/loop" -> redirect(exchange, "/loop");
        case "/other" -> redirect(exchange, "file:///etc/passwd");
        case "/nowhere" -> exchange.sendResponseHeaders(302, -1);
        case "/empty" -> exchange.sendResponseHeaders(200, -1);
        case "/huge" -> send(exchange, 200, new byte[4 * MIB]);
        case "/bomb" -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          send(exchange, 200, zipped(64 * MIB));
        }
        case "/silent" -> awaitEnd();
        case "/slow" -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
          awaitEnd();
        }
        case "/cut" -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write('x');
        }
        default -> send(exchange, 404, "no such page, on host secret".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, 0);
    exchange.getResponseBody().write(body);
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(302, -1);
  }

  private static void awaitEnd() {
    try {
      END.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] zipped(int zeros) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(bytes)) {
      zip.write(new byte[zeros]);
    }
    return bytes.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/page.html", "/moved"})
  void whatTheUrlLeadsToIsTheDocument(String path) {
    var id = ok(202, create(url(path))).at("/document_id");

    var upsert = (Upsert) service.commands(Lane.INTERACTIVE, id).getFirst().command().getCommand();
    assertThat(StandardCharsets.UTF_8.decode(((InlineContent) upsert.getContent()).getBytes()).toString())
        .isEqualTo("<p>语</p>");
    assertThat(upsert.getMediaType()).isEqualTo("text/html; charset=utf-8");
    assertThat(upsert.getFileName()).isEqualTo("page.html");
  }

  @ParameterizedTest
  @CsvSource({"/inside,not public", "/loop,redirects", "/other,http", "/nowhere,redirects", "/missing,404",
      "/bomb,encoding",
      "/silent,too long", "/slow,too long", "/cut,connection"})
  void whateverGoesWrongIsSaidWithoutAWordOfWhatAnsweredThere(String path, String reason) {
    int before = HITS.get();

    var answer = problem(create(url(path)), 400, "FETCH_FAILED");

    assertThat(answer.at("/detail")).contains(reason).doesNotContain("127.0.0", "secret", "passwd");
    assertThat(HITS.get()).isEqualTo(before);
    assertThat(service.column("select 1 from documents where title = '" + url(path) + "'")).isEmpty();
  }

  @Test
  void whatIsLargerThanADocumentMayBeIsGivenUp() {
    problem(create(url("/huge")), 413, "PAYLOAD_TOO_LARGE");

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void anEmptyAnswerIsAnEmptyDocument() {
    problem(create(url("/empty")), 422, "EMPTY_DOCUMENT");
  }

  @Test
  void s23UnderAKeyTheUrlIsFetchedOnce() {
    int before = HITS.get();

    var first = ok(202, create(url("/page.html"), "Idempotency-Key", "url-1"));
    var again = ok(202, create(url("/page.html"), "Idempotency-Key", "url-1"));

    assertThat(again.at("/document_id")).isEqualTo(first.at("/document_id"));
    assertThat(HITS.get()).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:PORT/page.html", "http://localhost:PORT/page.html",
      "HTTP://LOCALHOST:PORT/page.html", "http://[::1]:PORT/page.html", "http://[::ffff:127.0.0.1]:PORT/page.html",
      "http://[::ffff:7f00:1]:PORT/page.html", "http://[64:ff9b::7f00:1]:PORT/page.html",
      "http://0.0.0.0:PORT/page.html",
      "http://[::]:PORT/page.html", "http://127.1:PORT/page.html", "http://2130706433:PORT/page.html",
      "http://0x7f.0.0.1:PORT/page.html", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/",
      "http://192.168.0.1/", "http://172.16.0.1/", "http://100.64.0.1/", "http://[fe80::1]/", "http://[fd00::1]/",
      "http://user@127.0.0.1:PORT/page.html", "http://0x7f000001:PORT/page.html", "http://017700000001:PORT/page.html",
      "http://0177.0.0.1:PORT/page.html", "http://127.0.0.1.:PORT/page.html", "http://localhost.:PORT/page.html",
      "http://①②⑦.⓪.⓪.①:PORT/page.html", "http://127。0。0。1:PORT/page.html",
      "http://[::127.0.0.1]:PORT/page.html", "http://[::ffff:0:127.0.0.1]:PORT/page.html",
      "http://[2002:7f00:1::]:PORT/page.html", "http://[64:ff9b:1::7f00:1]:PORT/page.html", "http://[fe80::1%25lo]/",
      "http://1.1.1.1:22/", "http://1.1.1.1:25/", "http://1.1.1.1:65536/", "http://1.1.1.1:0/",
      "ftp://1.1.1.1/", "file:///etc/passwd", "gopher://1.1.1.1/", "jar:http://1.1.1.1/a.jar!/", "//1.1.1.1/",
      "http:1.1.1.1", "http://", "http://1.1.1.1@127.0.0.1:PORT/page.html",
      "http://127.0.0.1:PORT\\@1.1.1.1/page.html"})
  void noSpellingOfAnAddressThatIsNotPublicIsAsked(String url) {
    var shared = Service.shared();
    var own = shared.tenant();
    int before = HITS.get();

    var answer = shared.post(own.writeKey(), own.documents(), "{\"title\":\"t\",\"wait\":0,\"source_url\":\""
        + url.replace("PORT", String.valueOf(web.getAddress().getPort())) + "\"}");

    assertThat(answer.status()).as(answer.text()).isIn(400, 422);
    assertThat(answer.code()).isIn("FETCH_FAILED", "VALIDATION_ERROR");
    assertThat(HITS.get()).isEqualTo(before);
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + web.getAddress().getPort() + path;
  }

  private static Answer create(String url, String... headers) {
    return service.post(tenant.writeKey(), tenant.documents(),
        "{\"title\":\"" + url + "\",\"wait\":0,\"source_url\":\"" + url + "\"}", headers);
  }
}
