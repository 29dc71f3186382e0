package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.schemas.ErrorCode;

import io.selfrag.servers.FreePorts;
import io.selfrag.service.http.Frame.Answer;
import io.selfrag.service.http.Frame.Key;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import reactor.core.publisher.Mono;

class HttpFrameIT {
  private static final UUID ID = UUID.fromString("0b5e7d6a-93c2-4a56-9a35-3f1f6f0f7a11");
  private static final int MB = 1024 * 1024;
  private static Frame frame;
  private static Frame other;
  private static Key read;
  private static Key write;

  @BeforeAll
  static void start() {
    frame = Frame.start(Map.of("BODY_MEMORY_MB", 3));
    other = frame.replica();
    read = frame.key("read");
    write = frame.key("write");
  }

  @AfterAll
  static void stop() {
    other.close();
    frame.close();
  }

  @AfterEach
  void nothingBlockedAnEventLoop() {
    var blocked = List.copyOf(Frame.BLOCKED);
    Frame.BLOCKED.clear();
    assertThat(blocked).isEmpty();
  }

  // Who calls

  @Test
  void anAuthenticatedRequestReachesItsRouteAsItsCaller() {
    var answer = frame.get(read, "/v1/things/" + ID + "?page_size=100");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.at("/tenant")).isEqualTo(read.tenant().toString());
    assertThat(answer.at("/page_size")).isEqualTo("100");
  }

  @Test
  void aRequestWithoutAKeyIsUnauthorizedAndToldHowToBe() {
    var answer = frame.get(null, "/v1/things/" + ID);

    problem(answer, 401, "UNAUTHORIZED");
    assertThat(answer.header("WWW-Authenticate")).startsWith("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kb_sk_short", "kb_sk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "x"})
  void aKeyThatIsNotKnownIsInvalid(String secret) {
    problem(frame.get(new Key(ID, ID, secret), "/v1/things/" + ID), 401, "INVALID_API_KEY");
  }

  @Test
  void anExpiredKeyIsInvalidAndADisabledTenantIsSaidToBe() {
    var expired = frame.key("read");
    frame.sql("update api_keys set expires_at = now() - interval '1 second' where id = '" + expired.id() + "'");
    var disabled = frame.key("read");
    frame.sql("update tenants set status = 'disabled' where id = '" + disabled.tenant() + "'");
    var deleting = frame.key("read");
    frame.sql("update tenants set status = 'deleting' where id = '" + deleting.tenant() + "'");

    problem(frame.get(expired, "/v1/things/" + ID), 401, "INVALID_API_KEY");
    problem(frame.get(disabled, "/v1/things/" + ID), 403, "TENANT_DISABLED");
    problem(frame.get(deleting, "/v1/things/" + ID), 401, "INVALID_API_KEY");
  }

  @Test
  void aRoleThatIsTooLowIsRefusedBeforeTheBodyIsLookedAt() {
    problem(frame.post(read, "/v1/things", "{not json"), 403, "ROLE_NOT_ALLOWED");
    problem(frame.send("DELETE", write, "/v1/things/not-a-uuid", null), 403, "ROLE_NOT_ALLOWED");
  }

  @Test
  void operatorsRoutesNeedTheOperatorsToken() {
    var missing = frame.get(read, "/admin/secrets");
    problem(missing, 401, "MISSING_ADMIN_TOKEN");
    assertThat(missing.header("WWW-Authenticate")).isEqualTo("AdminToken");
    problem(frame.get(null, "/admin/secrets", "X-Admin-Token", "wrong-token-of-an-operator"), 403,
        "INVALID_ADMIN_TOKEN");
    assertThat(frame.get(null, "/admin/secrets", "X-Admin-Token", Frame.ADMIN_TOKEN).at("/secret"))
        .isEqualTo("for operators");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/%61dmin/secrets", "/admin;x=1/secrets", "/admin;/secrets", "//admin/secrets",
      "/admin/./secrets", "/x/../admin/secrets", "/ADMIN/secrets", "/admin%2Fsecrets", "/%2561dmin/secrets",
      "/admin%00/secrets", "/admin/secrets/", "/admin/%73ecrets;v=2"})
  void noSpellingOfAPathComesPastTheChecks(String path) {
    var answer = frame.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(answer).doesNotContain("for operators");
    assertThat(answer).containsPattern("^HTTP/1.1 4\\d\\d ");
  }

  @ParameterizedTest
  @CsvSource({"/%76%31/things/0b5e7d6a-93c2-4a56-9a35-3f1f6f0f7a11,401", "/v1;a/things/x,422",
      "/v1/things/0b5e7d6a-93c2-4a56-9a35-3f1f6f0f7a11;v=2,422"})
  void tenantsRoutesAreCheckedHoweverTheyAreSpelled(String path, int status) {
    assertThat(frame.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void aSemicolonInANameIsWrittenEncodedAndNeverCutOff() {
    assertThat(frame.get(read, "/v1/names/a%3Bb%2Fc").at("/name")).isEqualTo("a;b/c");
    problem(frame.get(read, "/v1/names/a;b"), 422, "VALIDATION_ERROR");
  }

  @Test
  void aRevokedKeyIsRefusedByEveryReplicaWithinASecond() {
    var key = frame.key("read");
    assertThat(frame.get(key, "/v1/things/" + ID).status()).isEqualTo(200);
    assertThat(other.get(key, "/v1/things/" + ID).status()).isEqualTo(200);

    frame.sql("update api_keys set revoked_at = now() where id = '" + key.id() + "'");
    frame.send("POST", null, "/admin/revocations/" + key.id(), null, "X-Admin-Token", Frame.ADMIN_TOKEN);

    refusedWithinASecond(key, "INVALID_API_KEY", List.of(frame, other), () -> {});
  }

  @Test
  void aRotatedAnExpiredAndADisabledTenantsKeyIsRefusedByEveryReplicaWithinASecondWithoutAWord() {
    Map.of("update api_keys set key_hash = sha256(id::text::bytea) where id = '%1$s'", "INVALID_API_KEY",
        "update api_keys set expires_at = now() where id = '%1$s'", "INVALID_API_KEY",
        "update tenants set status = 'disabled' where id = '%2$s'", "TENANT_DISABLED").forEach((change, code) -> {
          var key = frame.key("read");
          assertThat(frame.get(key, "/v1/things/" + ID).status()).isEqualTo(200);
          assertThat(other.get(key, "/v1/things/" + ID).status()).isEqualTo(200);

          frame.sql(change.formatted(key.id(), key.tenant()));

          refusedWithinASecond(key, code, List.of(frame, other), () -> {});
        });
  }

  @Test
  void aKeyThatOneReplicaReadAnotherNeedNotReadAndRedisNeverSeesItsSecret() {
    var key = frame.key("read");
    var found = other.context.getBean(MeterRegistry.class).get("selfrag.credentials.lookups").tag("source", "cache")
        .counter();
    double before = found.count();

    // What is shared goes so soon that one round may miss it.
    await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
      assertThat(frame.get(key, "/v1/things/" + ID).status()).isEqualTo(200);
      assertThat(other.get(key, "/v1/things/" + ID).status()).isEqualTo(200);
      assertThat(found.count()).isGreaterThan(before);
    });

    var redis = frame.context.getBean(ReactiveStringRedisTemplate.class);
    await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
      assertThat(frame.get(key, "/v1/things/" + ID).status()).isEqualTo(200);
      assertThat(redis.keys("*credentials*").flatMap(name -> redis.opsForHash().entries(name).onErrorComplete()
          .map(it -> name + it)).collectList().block())
          .anySatisfy(it -> assertThat(it).contains(key.id().toString()))
          .noneSatisfy(it -> assertThat(it).contains(key.secret().substring(6)));
    });
  }

  @Test
  void whoeverWritesToRedisMakesNoKeyChangesNoneAndRevivesNone() {
    try (var stranger = frame.replica(Map.of("SECRET_KEY", "another key of the tests"))) {
      var redis = frame.context.getBean(ReactiveStringRedisTemplate.class);
      var key = frame.key("read");
      var kept = kept(redis, key, stranger);

      // With the signature of another SECRET_KEY, which is as good as none; what is written lives longer than it may.
      var forged = new HashMap<>(kept);
      forged.computeIfPresent("value", (name, value) -> value.replace("\"read\"", "\"admin\""));
      assertThat(forged).isNotEqualTo(kept);
      var unsigned = other.context.getBean(MeterRegistry.class).get("selfrag.credentials.unsigned").counter();
      double before = unsigned.count();
      await().pollInterval(Duration.ofMillis(20)).untilAsserted(() -> {
        keep(redis, key, forged);
        problem(other.post(key, "/v1/things", "{\"name\": \"n\"}"), 403, "ROLE_NOT_ALLOWED");
        assertThat(unsigned.count()).isGreaterThan(before);
      });

      var revoked = frame.key("read");
      var good = kept(redis, revoked, frame);
      frame.sql("update api_keys set revoked_at = now() where id = '" + revoked.id() + "'");
      refusedWithinASecond(revoked, "INVALID_API_KEY", List.of(other), () -> keep(redis, revoked, good));
    }
  }

  /** What begins a second after now is refused; a machine that is slow answers later what began in time. */
  private static void refusedWithinASecond(Key key, String code, List<Frame> replicas, Runnable before) {
    long changed = System.nanoTime();
    for (Frame replica : replicas) {
      await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(() -> {
        before.run();
        long began = System.nanoTime();
        var answer = replica.get(key, "/v1/things/" + ID);
        if (answer.status() == 200) {
          assertThat(Duration.ofNanos(began - changed)).isLessThan(Duration.ofSeconds(1));
        }
        return answer.code().equals(code);
      });
    }
  }

  private static String place(Key key) {
    return "{selfrag:credentials}:2:" + HexFormat.of().formatHex(new ApiKeySecret(key.secret()).hash());
  }

  /** What a replica shares of a key. */
  private static Map<String, String> kept(ReactiveStringRedisTemplate redis, Key key, Frame by) {
    return await().pollInterval(Duration.ofMillis(20)).until(() -> {
      assertThat(by.get(key, "/v1/things/" + ID).status()).isEqualTo(200);
      return redis.<String, String>opsForHash().entries(place(key)).collectMap(Map.Entry::getKey, Map.Entry::getValue)
          .block();
    }, it -> it.containsKey("signature"));
  }

  private static void keep(ReactiveStringRedisTemplate redis, Key key, Map<String, String> entry) {
    redis.<String, String>opsForHash().putAll(place(key), entry).then(redis.expire(place(key), Duration.ofHours(1)))
        .block();
  }

  @Test
  void withoutASecretKeyReplicasShareNothing() {
    try (var alone = frame.replica(Map.of("SECRET_KEY", ""))) {
      var key = frame.key("read");
      assertThat(alone.get(key, "/v1/things/" + ID).status()).isEqualTo(200);
      await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(5)).until(
          () -> !frame.context.getBean(ReactiveStringRedisTemplate.class).hasKey(place(key)).block());
    }
  }

  @Test
  void aKeyThatReplicasShareIsRefusedWithinASecondWithoutAWord() {
    var key = frame.key("read");
    assertThat(frame.get(key, "/v1/things/" + ID).status()).isEqualTo(200);
    frame.sql("update api_keys set revoked_at = now() where id = '" + key.id() + "'");

    refusedWithinASecond(key, "INVALID_API_KEY", List.of(other, frame), () -> {});
  }

  @Test
  void withoutRedisKeysAreReadFromTheDatabaseAndRefusedWithinASecond() {
    try (var alone = frame.replica(Map.of("REDIS_URL", "redis://localhost:" + FreePorts.any()))) {
      var key = frame.key("read");
      assertThat(alone.get(key, "/v1/things/" + ID).status()).isEqualTo(200);
      frame.sql("update api_keys set revoked_at = now() where id = '" + key.id() + "'");

      refusedWithinASecond(key, "INVALID_API_KEY", List.of(alone), () -> {});
    }
  }

  // What is asked for

  @Test
  void whatIsNotThereIsNotFound() {
    problem(frame.get(read, "/v1/nothing"), 404, "NOT_FOUND");
    problem(frame.get(null, "/nothing"), 404, "NOT_FOUND");
  }

  @Test
  void aMethodThatARouteDoesNotHaveIsNotAllowedAndThoseItHasAreNamed() {
    var answer = frame.send("PUT", write, "/v1/things", "{}");

    problem(answer, 405, "METHOD_NOT_ALLOWED");
    assertThat(answer.header("Allow")).isEqualTo("POST");
  }

  @Test
  void aContentTypeThatARouteDoesNotTakeIsUnsupported() {
    problem(frame.post(write, "/v1/things", "name=x", "Content-Type", "application/x-www-form-urlencoded"), 415,
        "UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void anAcceptHeaderThatCannotBeServedIsNoServerError() {
    problem(frame.get(read, "/v1/things/" + ID, "Accept", "application/pdf"), 400, "INVALID_REQUEST");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {
      "{                              | /errors/0/loc/0 | body | json_invalid",
      "''                             | /errors/0/loc/0 | body | missing",
      "null                           | /errors/0/loc/0 | body | missing",
      "[]                             | /errors/0/loc/0 | body | type_error",
      "{} {}                          | /errors/0/loc/0 | body | type_error",
      "{\"name\":\"x\",\"nope\":1}     | /errors/0/loc/1 | nope | extra_forbidden",
      "{\"name\":\"x\",\"name\":\"y\"} | /errors/0/loc/0 | body | json_invalid",
      "{\"name\":5}                   | /errors/0/loc/1 | name | type_error",
      "{\"name\":\"x\",\"count\":\"5\"} | /errors/0/loc/1 | count | type_error",
      "{\"name\":\"x\",\"count\":1.5} | /errors/0/loc/1 | count | type_error",
      "{\"name\":\"x\",\"count\":99999999999} | /errors/0/loc/1 | count | type_error",
      "{\"name\":\"x\",\"other\":\"\"} | /errors/0/loc/1 | other | type_error",
      "{\"name\":\"x\",\"other\":\"1-1-1-1-1\"} | /errors/0/loc/1 | other | type_error",
      "{\"name\":\"x\",\"at\":\"yesterday\"} | /errors/0/loc/1 | at | type_error",
      "{\"name\":null}                | /errors/0/loc/1 | name | missing",
      "{\"name\":\"\"}                 | /errors/0/loc/1 | name | value_error",
      "{\"name\":\"x\",\"parts\":[{\"part_name\":\"a\"},{}]} | /errors/0/loc/3 | part_name | missing",
      "{\"name\":\"x\",\"parts\":[{\"part_name\":7}]} | /errors/0/loc/2 | 0 | type_error"})
  void aWrongBodyIsAnsweredWithThePathOfWhatIsWrong(String json, String pointer, String value, String type) {
    var answer = frame.post(write, "/v1/things", json);

    problem(answer, 422, "VALIDATION_ERROR");
    assertThat(answer.at(pointer)).as(answer.text()).isEqualTo(value);
    assertThat(answer.at("/errors/0/type")).isEqualTo(type);
    assertThat(answer.at("/errors/0/msg")).isNotBlank();
  }

  @Test
  void deeplyNestedJsonIsInvalidAndNotABug() {
    problem(frame.post(write, "/v1/things", "{\"name\":" + "[".repeat(100_000)), 422, "VALIDATION_ERROR");
  }

  @Test
  void textThatIsNotUtf8IsInvalidAndNotABug() {
    var answer = frame.sendAsync("POST", write, "/v1/things",
        BodyPublishers.ofByteArray(new byte[]{'{', '"', 'n', 'a', 'm', 'e', '"', ':', '"', (byte) 0xC3, '"', '}'}))
        .join();

    problem(answer, 422, "VALIDATION_ERROR");
  }

  @Test
  void pathAndQueryAreCheckedToo() {
    var path = frame.get(read, "/v1/things/1-1-1-1-1");
    problem(path, 422, "VALIDATION_ERROR");
    assertThat(path.body().at("/errors/0/loc")).hasToString("[\"path\",\"id\"]");
    for (String size : new String[]{"0", "101", "x", "99999999999"}) {
      var query = frame.get(read, "/v1/things/" + ID + "?page_size=" + size);
      problem(query, 422, "VALIDATION_ERROR");
      assertThat(query.body().at("/errors/0/loc")).hasToString("[\"query\",\"page_size\"]");
    }
    assertThat(frame.get(read, "/v1/things/" + ID.toString().toUpperCase(Locale.ROOT)).at("/id"))
        .isEqualTo(ID.toString());
  }

  @Test
  void optionalFieldsOfAnAnswerAreThereWithNull() {
    var answer = frame.post(write, "/v1/things", "{\"name\":\"x\"}");

    assertThat(answer.text()).isEqualTo("{\"name\":\"x\",\"count\":null,\"other\":null,\"at\":null,\"parts\":null}");
  }

  // How large it may be

  @Test
  void aBodyLargerThanItsRouteTakesIsRefusedByItsLengthAndByCounting() {
    var declared = frame.post(write, "/v1/things", "{\"name\":\"" + "x".repeat(MB) + "\"}");
    problem(declared, 413, "PAYLOAD_TOO_LARGE");
    problem(upload("/v1/large", 2 * MB + 1), 413, "PAYLOAD_TOO_LARGE");
    assertThat(upload("/v1/large", 2 * MB).at("/bytes")).isEqualTo(String.valueOf(2 * MB));
  }

  @Test
  void aStreamMayBeOfAnyLength() {
    assertThat(upload("/v1/endless", 20 * MB).at("/bytes")).isEqualTo(String.valueOf(20 * MB));
  }

  @Test
  void bodiesThatDoNotFitIntoMemoryTogetherAreRefusedForAMoment() {
    var gate = reactor.core.publisher.Sinks.<Void>one();
    frame.routes().gates.put("held", gate.asMono());
    var first = frame.sendAsync("PUT", write, "/v1/held/held", BodyPublishers.ofByteArray(new byte[2 * MB]),
        "Content-Type", "application/octet-stream");
    await().until(() -> upload("/v1/large", 2 * MB).status() != 200);

    var refused = upload("/v1/large", 2 * MB);
    var small = upload("/v1/large", MB / 2);
    gate.tryEmitEmpty();

    problem(refused, 503, "PIPELINE_SATURATED");
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(small.status()).isEqualTo(200);
    assertThat(first.join().status()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(upload("/v1/large", 2 * MB).status()).isEqualTo(200));
  }

  /** With no declared length. */
  private static Answer upload(String path, int bytes) {
    return frame.sendAsync("PUT", write, path,
        BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[bytes])), "Content-Type",
        "application/octet-stream").join();
  }

  // What every answer has

  @Test
  void aRequestIdIsKeptIfItIsOneAndEveryAnswerSaysHowLongItTook() {
    for (String good : new String[]{"r-1", "x".repeat(64), "!~"}) {
      assertThat(frame.get(read, "/v1/things/" + ID, "X-Request-ID", good).header("X-Request-ID")).isEqualTo(good);
    }
    for (String bad : new String[]{"a b", "x".repeat(65)}) {
      var answer = frame.get(read, "/v1/things/x", "X-Request-ID", bad);
      assertThat(UUID.fromString(answer.header("X-Request-ID"))).isNotNull();
      assertThat(answer.at("/request_id")).isEqualTo(answer.header("X-Request-ID"));
    }
    assertThat(frame.get(read, "/v1/things/" + ID).header("X-Response-Time")).matches("\\d+ms");
    assertThat(frame.get(null, "/nothing").header("X-Response-Time")).matches("\\d+ms");
  }

  @Test
  void everyAnswerKeepsBrowsersFromDoingMoreThanReadingIt() {
    var answers = List.of(frame.get(read, "/v1/things/" + ID), frame.get(null, "/v1/things/" + ID),
        frame.get(null, "/nothing"), frame.get(null, "/health"), frame.get(null, "/metrics"),
        frame.get(null, "/openapi.json"), frame.get(null, "/docs"), frame.get(null, "/docs/start.js"));

    assertThat(answers).allSatisfy(it -> {
      assertThat(it.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
      assertThat(it.headers().allValues("X-Frame-Options")).containsExactly("DENY");
      assertThat(it.headers().allValues("Referrer-Policy")).containsExactly("no-referrer");
      assertThat(it.headers().allValues("Content-Security-Policy")).singleElement().asString()
          .contains("default-src 'none'").contains("frame-ancestors 'none'");
      assertThat(it.headers().allValues("Cache-Control")).hasSize(1);
    });
  }

  @Test
  void theContractIsShownWithoutAnythingFromElsewhere() {
    var page = frame.get(null, "/docs");

    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.header("Content-Security-Policy")).contains("script-src 'self';").contains("connect-src 'self'");
    assertThat(page.text()).doesNotContain("http:", "https:", "<script>");
    Pattern.compile("(?:src|href)=\"(/[^\"]*)\"").matcher(page.text()).results().map(it -> it.group(1)).forEach(it -> {
      var file = frame.get(null, it);
      assertThat(file.status()).as(it).isEqualTo(200);
      assertThat(file.header("Content-Type")).startsWith(it.endsWith(".css") ? "text/css" : "text/javascript");
      assertThat(file.text()).isNotBlank();
    });
    problem(frame.get(null, "/docs/index.html"), 404, "NOT_FOUND");
    problem(frame.get(null, "/docs/..%2Fdocument.yaml"), 404, "NOT_FOUND");
    assertThat(frame.get(null, "/openapi.json").at("/openapi")).startsWith("3.1.");
  }

  @Test
  void aTraceIsCarriedOnOrBegun() {
    var given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    assertThat(frame.get(read, "/v1/things/" + ID, "traceparent", given).at("/traceparent")).isEqualTo(given);
    assertThat(frame.get(read, "/v1/things/" + ID, "traceparent", "00-0-0-0").at("/traceparent"))
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
  }

  @Test
  void aBugIsAnsweredWithoutAWordOfWhatItWas() {
    var answer = frame.get(read, "/v1/bug", "X-Request-ID", "r-bug");

    problem(answer, 500, "INTERNAL_ERROR");
    assertThat(answer.text()).doesNotContain("select", "db-7", "5432", "Exception", "at io.");
    assertThat(answer.at("/request_id")).isEqualTo("r-bug");
  }

  @ParameterizedTest
  @EnumSource(ErrorCode.class)
  void everyCodeHasItsStatusAndAProblemWithEveryMember(ErrorCode code) {
    var answer = frame.get(read, "/v1/fails/" + code);

    problem(answer, code.httpStatus(), code.name());
    boolean comeAgain = answer.status() == 429 || answer.status() == 503;
    assertThat(answer.header("Retry-After").isEmpty()).isEqualTo(!comeAgain);
    assertThat(answer.header("WWW-Authenticate").isEmpty()).isEqualTo(answer.status() != 401);
    assertThat(answer.at("/type")).isEqualTo("urn:selfrag:error:" + code.name().toLowerCase(Locale.ROOT));
    assertThat(answer.at("/detail").equals("planted")).isEqualTo(code != ErrorCode.INTERNAL_ERROR);
  }

  @Test
  void aCallerWhoGoesAwayWhileSendingIsNobodysFault() throws IOException {
    try (var log = new CapturedLog()) {
      frame.hangUpAfter("PUT /v1/large HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + write.secret()
          + "\r\nContent-Type: application/octet-stream\r\nContent-Length: 1000\r\nX-Request-ID: r-gone\r\n\r\nhalf");

      await().untilAsserted(() -> assertThat(log.linesOf("r-gone"))
          .anySatisfy(it -> assertThat(it.getKeyValuePairs().toString()).contains("status=\"cancelled\"")));
      assertThat(log.linesOf("r-gone")).noneMatch(it -> it.getLevel().isGreaterOrEqual(Level.WARN));
    }
  }

  @Test
  void theLogSaysOfEachRequestWhoseItWasWhatItCameToAndHowToFindTheRest() {
    try (var log = new CapturedLog()) {
      frame.get(read, "/v1/things/" + ID, "X-Request-ID", "r-log", "traceparent",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

      await().untilAsserted(() -> assertThat(log.linesOf("r-log")).singleElement()
          .satisfies(it -> assertThat(it.getKeyValuePairs().stream().map(pair -> pair.key + "=" + pair.value))
              .contains("trace_id=0af7651916cd43dd8448eb211c80319c", "tenant_id=" + read.tenant(), "status=200",
                  "endpoint=/v1/things/{id}", "method=GET")
              .anyMatch(pair -> pair.startsWith("duration_ms="))));
    }
  }

  // S23

  @Test
  void s23TheSameKeyGetsTheFirstAnswerWithoutItsSecrets() {
    var before = frame.routes().worked.get();

    var first = once("k-1", "a");
    var again = once("k-1", "a");

    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(first.at("/secret")).isEqualTo("s3cret");
    assertThat(first.header("Idempotency-Replayed")).isEmpty();
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.at("/number")).isEqualTo(first.at("/number"));
    assertThat(again.body().has("secret")).isFalse();
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(frame.routes().worked.get()).isEqualTo(before + 1);
  }

  @Test
  void s23AnotherBodyUnderTheSameKeyIsRefused() {
    once("k-2", "a");

    problem(once("k-2", "b"), 422, "IDEMPOTENCY_KEY_REUSED");
  }

  @Test
  void s23AnotherCredentialMayUseTheSameKey() {
    var other = frame.key("write");

    assertThat(once("k-3", "a").status()).isEqualTo(201);
    assertThat(frame.post(other, "/v1/once", "{\"name\":\"b\"}", "Idempotency-Key", "k-3").status()).isEqualTo(201);
  }

  @Test
  void s23OfManyAtOnceOneDoesTheWork() {
    var before = frame.routes().worked.get();

    var answers = IntStream.range(0, 30).mapToObj(i -> frame.sendAsync("POST", write, "/v1/once",
        BodyPublishers.ofString("{\"name\":\"a\"}"), "Idempotency-Key", "k-4")).toList().stream()
        .map(it -> it.join()).toList();

    assertThat(frame.routes().worked.get()).isEqualTo(before + 1);
    assertThat(answers).anyMatch(it -> it.status() == 201).allSatisfy(it -> {
      if (it.status() != 201) {
        problem(it, 409, "IDEMPOTENCY_IN_PROGRESS");
      }
    });
  }

  @Test
  void s23WorkThatFailedMayBeTriedAgain() {
    problem(once("k-5", "fail"), 500, "INTERNAL_ERROR");
    problem(once("k-5", "fail"), 500, "INTERNAL_ERROR");
    assertThat(once("k-5", "a").status()).isEqualTo(201);
  }

  @Test
  void s23ARetryTakesOverWhenTheLeaseIsOverAndBothAnswer() {
    var gate = reactor.core.publisher.Sinks.<Void>one();
    frame.routes().gates.put("k-6", gate.asMono());
    var slow = frame.sendAsync("POST", write, "/v1/once", BodyPublishers.ofString("{\"name\":\"a\"}"),
        "Idempotency-Key", "k-6");
    await().untilAsserted(() -> problem(once("k-6", "a"), 409, "IDEMPOTENCY_IN_PROGRESS"));
    frame.routes().gates.put("k-6", Mono.empty());

    frame.sql("update idempotency_keys set lease_until = now() - interval '1 second' where key = 'k-6'");
    var retry = once("k-6", "a");
    gate.tryEmitEmpty();

    assertThat(retry.status()).isEqualTo(201);
    assertThat(slow.join().status()).isEqualTo(201);
    assertThat(once("k-6", "a").at("/number")).isEqualTo(retry.at("/number"));
  }

  @Test
  void s23WorkGoesOnWhenItsCallerGoesAway() {
    var gate = reactor.core.publisher.Sinks.<Void>one();
    frame.routes().gates.put("k-7", gate.asMono());
    var impatient = frame.sendAsync("POST", write, "/v1/once", BodyPublishers.ofString("{\"name\":\"a\"}"),
        "Idempotency-Key", "k-7");
    await().untilAsserted(() -> problem(once("k-7", "a"), 409, "IDEMPOTENCY_IN_PROGRESS"));

    impatient.cancel(true);
    gate.tryEmitEmpty();

    await().untilAsserted(() -> assertThat(once("k-7", "a").header("Idempotency-Replayed")).isEqualTo("true"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"   ", "é"})
  void s23AKeyThatIsNoneIsNamed(String key) {
    var raw = "POST /v1/once HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
        + "Authorization: Bearer " + write.secret() + "\r\nIdempotency-Key: " + key
        + "\r\nContent-Length: 12\r\n\r\n{\"name\":\"a\"}";

    assertThat(frame.raw(raw)).startsWith("HTTP/1.1 422 ").contains("[\"header\",\"Idempotency-Key\"]");
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void whatTheServerCannotReadIsAProblemToo(String request) {
    assertThat(frame.raw(request)).startsWith("HTTP/1.1 400 ").contains("application/problem+json")
        .contains("\"code\":\"INVALID_REQUEST\"");
  }

  static Stream<String> unreadable() {
    return Stream.of("GET /health HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "a".repeat(70_000) + "\r\n\r\n",
        "GET /" + "a".repeat(70_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", "no HTTP at all\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: localhost\r\n: nameless\r\n\r\n");
  }

  private static Answer once(String key, String name) {
    return frame.post(write, "/v1/once", "{\"name\":\"" + name + "\"}", "Idempotency-Key", key);
  }

  // Operations

  @Test
  void operationsAnswerWithoutACredential() {
    assertThat(frame.get(null, "/health").text()).isEqualTo("{\"status\":\"ok\"}");
    assertThat(frame.get(null, "/ready").status()).isEqualTo(200);
    assertThat(frame.get(null, "/health/detailed").at("/components/database/status")).isEqualTo("ok");
    assertThat(frame.get(null, "/metrics").text()).contains("api_requests_total");
    assertThat(frame.get(null, "/actuator/prometheus").text()).contains("api_response_time");
  }

  /** Every member of a problem is there. */
  static void problem(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.at("/type")).startsWith("urn:selfrag:error:");
    assertThat(answer.at("/title")).isNotBlank();
    assertThat(answer.at("/status")).isEqualTo(String.valueOf(status));
    assertThat(answer.at("/detail")).isNotBlank();
    assertThat(answer.at("/request_id")).isEqualTo(answer.header("X-Request-ID")).isNotBlank();
    assertThat(answer.body().has("errors")).isEqualTo(code.equals("VALIDATION_ERROR"));
  }
}
