package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.audit.AuditQuery;
import io.selfrag.catalog.audit.AuditRecord;
import io.selfrag.service.audit.AuditTrail;
import io.selfrag.service.http.Frame.Key;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AuditIT {
  private static final UUID THING = UUID.fromString("0b5e7d6a-93c2-4a56-9a35-3f1f6f0f7a11");
  private static Frame frame;

  @BeforeAll
  static void start() {
    frame = Frame.start(Map.of("AUDIT_QUEUE", 20));
  }

  @AfterAll
  static void stop() {
    frame.close();
  }

  @AfterEach
  void nothingBlockedAnEventLoop() {
    var blocked = List.copyOf(Frame.BLOCKED);
    Frame.BLOCKED.clear();
    assertThat(blocked).isEmpty();
  }

  @Test
  void aBatchThatIsWrittenAgainAfterATimeOutStandsThereOnce() {
    var request = request();
    var record = new AuditRecord(UUID.randomUUID(), java.time.Instant.now(), null, AuditRecord.Actor.NOBODY, null, null,
        "GET /v1/me", "{}", 401, null, null, request);
    var log = frame.context.getBean(AuditLog.class);

    log.append(List.of(record)).block();
    log.append(List.of(record)).block();

    assertThat(recorded(request).recordId()).isEqualTo(record.recordId());
    var found = log
        .list(new AuditQuery(null, null, null, null, null, null, false, null, request, null, null), null, 0, 10)
        .block();
    assertThat(Objects.requireNonNull(found).total()).isEqualTo(1);
  }

  @Test
  void aChangeIsRecordedWithWhoWhatWhereFromAndHowItEnded() {
    var key = frame.key("admin");
    var request = request();
    frame.send("DELETE", key, "/v1/things/" + THING, null, "X-Request-ID", request);

    var record = recorded(request);
    assertThat(record.actor()).isEqualTo(AuditRecord.Actor.API_KEY);
    assertThat(record.actorId()).isEqualTo(key.id());
    assertThat(record.tenantId()).isEqualTo(key.tenant());
    assertThat(record.action()).isEqualTo("DELETE /v1/things/{id}");
    assertThat(record.target()).isEqualTo("{\"id\": \"" + THING + "\"}");
    assertThat(record.status()).isEqualTo(200);
    assertThat(record.code()).isNull();
    assertThat(record.address()).isIn("127.0.0.1", "0:0:0:0:0:0:0:1");
  }

  @Test
  void aChangeThatFailedIsRecordedWithItsCode() {
    var request = request();
    frame.post(frame.key("write"), "/v1/things", "{no json", "X-Request-ID", request);

    assertThat(recorded(request).status()).isEqualTo(422);
    assertThat(recorded(request).code()).isEqualTo("VALIDATION_ERROR");
  }

  @Test
  void deniedAccessIsRecordedAndWhoseTheKeyIsAsFarAsThatIsKnown() {
    var nobody = request();
    frame.get(null, "/v1/things/" + THING, "X-Request-ID", nobody);
    assertThat(recorded(nobody).actor()).isEqualTo(AuditRecord.Actor.NOBODY);
    assertThat(recorded(nobody).code()).isEqualTo("UNAUTHORIZED");

    var unknown = request();
    frame.get(new Key(THING, THING, "kb_sk_" + "x".repeat(43)), "/v1/things/" + THING, "X-Request-ID", unknown);
    assertThat(recorded(unknown).actor()).isEqualTo(AuditRecord.Actor.NOBODY);

    var key = frame.key("read");
    var role = request();
    frame.post(key, "/v1/things", "{}", "X-Request-ID", role);
    assertThat(recorded(role).code()).isEqualTo("ROLE_NOT_ALLOWED");
    assertThat(recorded(role).actorId()).isEqualTo(key.id());

    frame.sql("update api_keys set revoked_at = now() where id = '" + key.id() + "'");
    frame.context.getBean(CredentialChanges.class).announce().block();
    var revoked = request();
    frame.get(key, "/v1/things/" + THING, "X-Request-ID", revoked);
    assertThat(recorded(revoked).code()).isEqualTo("INVALID_API_KEY");
    assertThat(recorded(revoked).actorId()).isEqualTo(key.id());
  }

  @Test
  void operatorsCallsAreRecordedReadsIncludedAndTheRefusedOnesToo() {
    var read = request();
    frame.get(null, "/admin/secrets", "X-Admin-Token", Frame.ADMIN_TOKEN, "X-Request-ID", read);
    assertThat(recorded(read).actor()).isEqualTo(AuditRecord.Actor.OPERATOR);
    assertThat(recorded(read).actorName()).isEqualTo("ADMIN_TOKEN");
    assertThat(recorded(read).action()).isEqualTo("GET /admin/secrets");

    var missing = request();
    frame.get(null, "/admin/nothing", "X-Admin-Token", Frame.ADMIN_TOKEN, "X-Request-ID", missing);
    assertThat(recorded(missing).status()).isEqualTo(404);

    var wrong = request();
    frame.get(null, "/admin/secrets", "X-Admin-Token", "wrong-token-of-an-operator", "X-Request-ID", wrong);
    assertThat(recorded(wrong).actor()).isEqualTo(AuditRecord.Actor.NOBODY);
    assertThat(recorded(wrong).code()).isEqualTo("INVALID_ADMIN_TOKEN");
  }

  @Test
  void aTenantsReadsAreNotRecorded() {
    var key = frame.key("read");
    assertThat(frame.get(key, "/v1/things/" + THING).status()).isEqualTo(200);
    frame.context.getBean(AuditTrail.class).flush().block();

    assertThat(list(new AuditQuery(key.tenant(), null, null, null, null, null, false, null, null, null, null)))
        .isEmpty();
  }

  @Test
  void whatACallerSendsNeitherHidesTheRequestNorStopsTheRecordsOfOthers() {
    var path = "/v1/a%00b/" + "%F0%9F%92%A9".repeat(400);
    var answer = frame.raw("DELETE " + path + " HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: \u0001\r\nX-Audit: off\r\n"
        + "X-Forwarded-For: 8.8.8.8\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 4");
    var odd = request();
    var other = request();
    frame.send("DELETE", null, "/v1/names/a%00b%F0%9F%92%A9", null, "X-Request-ID", odd);
    frame.get(null, "/v1/things/" + THING, "X-Request-ID", other);

    assertThat(recorded(odd).address()).isNotEqualTo("8.8.8.8");
    assertThat(recorded(other).status()).isEqualTo(401);
  }

  @Test
  void noRequestWaitsForTheLogAndWhatFindsNoRoomIsCounted() throws SQLException {
    var lost = frame.context.getBean(MeterRegistry.class).get("selfrag.audit.lost").counter();
    double before = lost.count();
    var first = request();
    try (var connection = DriverManager.getConnection(frame.database.jdbcUrl(), frame.database.user(),
        frame.database.password()); var sql = connection.createStatement()) {
      connection.setAutoCommit(false);
      sql.execute("lock table audit_log in access exclusive mode");
      long start = System.nanoTime();
      frame.get(null, "/v1/things/" + THING, "X-Request-ID", first);
      // One batch is under way, and the queue holds twenty.
      await().pollInterval(Duration.ofMillis(1)).untilAsserted(() -> {
        assertThat(frame.get(null, "/v1/things/" + THING).status()).isEqualTo(401);
        assertThat(lost.count()).isGreaterThan(before);
      });
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
      connection.rollback();
    }

    assertThat(recorded(first).status()).isEqualTo(401);
  }

  @Test
  void whoHasNoCredentialCannotCrowdOutTheRecordsOfThoseWhoHave() throws SQLException {
    var lost = frame.context.getBean(MeterRegistry.class).get("selfrag.audit.lost").counter();
    var key = frame.key("write");
    var change = request();
    try (var connection = DriverManager.getConnection(frame.database.jdbcUrl(), frame.database.user(),
        frame.database.password()); var sql = connection.createStatement()) {
      connection.setAutoCommit(false);
      sql.execute("lock table audit_log in access exclusive mode");
      double before = lost.count();
      await().pollInterval(Duration.ofMillis(1)).untilAsserted(() -> {
        assertThat(frame.get(null, "/v1/things/" + THING).status()).isEqualTo(401);
        assertThat(lost.count()).isGreaterThan(before);
      });
      double crowded = lost.count();
      frame.send("DELETE", key, "/v1/things/" + THING, null, "X-Request-ID", change);
      assertThat(lost.count()).isEqualTo(crowded);
      connection.rollback();
    }

    assertThat(recorded(change).actorId()).isEqualTo(key.id());
  }

  @Test
  void whoStopsWaitingForTheLogLosesNoRecord() throws SQLException {
    var trail = frame.context.getBean(AuditTrail.class);
    var request = request();
    try (var connection = DriverManager.getConnection(frame.database.jdbcUrl(), frame.database.user(),
        frame.database.password()); var sql = connection.createStatement()) {
      connection.setAutoCommit(false);
      sql.execute("lock table audit_log in access exclusive mode");
      for (int i = 0; i < 3; i++) {
        frame.get(null, "/v1/things/" + THING, "X-Request-ID", i == 0 ? request : request());
        trail.flush().subscribe().dispose();
      }
      connection.rollback();
    }

    assertThat(recorded(request).status()).isEqualTo(401);
  }

  @Test
  void aRecordThatTheDatabaseRefusesDoesNotKeepTheOthers() {
    frame.sql("alter table audit_log add constraint planted check (request_id <> 'planted')");
    try {
      var good = request();
      frame.get(null, "/v1/things/" + THING, "X-Request-ID", "planted");
      frame.get(null, "/v1/things/" + THING, "X-Request-ID", good);

      assertThat(recorded(good).status()).isEqualTo(401);
    } finally {
      frame.sql("alter table audit_log drop constraint planted");
    }
  }

  @Test
  void whatIsTooOldGoesAndTheRestStays() {
    frame.sql("insert into audit_log (at, actor_kind, action, status, request_id) select now() - interval '366 days',"
        + " 'nobody', 'GET /old', 401, 'old' from generate_series(1, 2500)");
    frame.sql("insert into audit_log (at, actor_kind, action, status, request_id) values (now() - interval '364 days',"
        + " 'nobody', 'GET /young', 401, 'young')");

    assertThat(frame.context.getBean(AuditTrail.class).sweep().block()).isEqualTo(2500);
    assertThat(list(byRequest("old"))).isEmpty();
    assertThat(list(byRequest("young"))).hasSize(1);
  }

  @Test
  void whatWaitsIsWrittenWhenTheServiceEnds() {
    var request = request();
    try (var replica = frame.replica()) {
      replica.get(null, "/v1/things/" + THING, "X-Request-ID", request);
    }

    assertThat(list(byRequest(request))).hasSize(1);
  }

  private static String request() {
    return "audit-" + UUID.randomUUID();
  }

  private static AuditQuery byRequest(String request) {
    return new AuditQuery(null, null, null, null, null, null, false, null, request, null, null);
  }

  private static AuditRecord recorded(String request) {
    return await().until(() -> list(byRequest(request)), it -> it.size() == 1).getFirst();
  }

  private static List<AuditRecord> list(AuditQuery query) {
    var found = Objects.requireNonNull(frame.context.getBean(AuditLog.class).list(query, null, 0, 100).block());
    return found.items().stream().map(AuditLog.Entry::record).toList();
  }
}
