package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class StrangersTest {
  private static final String SECRET = "kb_sk_" + "x".repeat(43);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  @Test
  void moreThanTheNumberAreNotEvenTriedHoweverManyComeAtOnce() {
    var strangers = strangers(3);
    var tried = new AtomicInteger();
    var answer = Sinks.one();
    var failures = new ArrayList<Throwable>();
    var unanswered = Mono.defer(() -> {
      tried.incrementAndGet();
      return answer.asMono();
    });

    for (int i = 0; i < 10; i++) {
      strangers.key(from("203.0.113.1"), SECRET, unanswered).subscribe(it -> {}, failures::add);
    }

    assertThat(tried).hasValue(3);
    assertThat(codes(failures)).hasSize(7).containsOnly(ErrorCode.RATE_LIMIT_EXCEEDED);
  }

  @Test
  void whatWasNoWrongCredentialIsGivenBack() {
    var strangers = strangers(1);
    var failures = new ArrayList<Throwable>();
    var away = Mono.error(new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "away"));
    for (int i = 0; i < 3; i++) {
      strangers.key(from("203.0.113.1"), SECRET, away).subscribe(it -> {}, failures::add);
    }
    assertThat(codes(failures)).hasSize(3).containsOnly(ErrorCode.STORE_UNAVAILABLE);

    for (int i = 0; i < 3; i++) {
      assertThat(strangers.token(from("203.0.113.1"), "token", Mono.just("operator")).block()).isEqualTo("operator");
    }
  }

  @Test
  void theAddressesOfOneHostAreOne() {
    var strangers = strangers(1);

    assertThat(strangers.isRecorded(from("2001:db8::1"))).isTrue();
    assertThat(strangers.isRecorded(from("2001:db8::2"))).isFalse();
    assertThat(strangers.isRecorded(from("2001:db8:0:1::1"))).isTrue();
  }

  @Test
  void allAddressesTogetherAddNoMoreThanSoManyRecordsHoweverManyTheyAre() {
    for (int perMinute : new int[]{0, 100}) {
      var strangers = strangers(perMinute);
      int asked = 2 * Strangers.RECORDS_PER_HOUR;

      long recorded = IntStream.range(0, asked)
          .filter(i -> strangers.isRecorded(from("10.0." + i / 250 + "." + i % 250))).count();

      // One comes back each second that this takes.
      assertThat(recorded).isBetween((long) Strangers.RECORDS_PER_HOUR, Strangers.RECORDS_PER_HOUR + 60L);
    }
    assertThat(metrics.counter("selfrag.audit.strangers_unrecorded").count()).isGreaterThan(7_000);
  }

  private Strangers strangers(int perMinute) {
    return new Strangers(new StrangerSettings(perMinute, ""), metrics);
  }

  private static InetAddress from(String address) {
    return InetAddress.ofLiteral(address);
  }

  private static List<ErrorCode> codes(List<Throwable> failures) {
    return failures.stream().map(it -> ((SelfRagException) it).code()).toList();
  }
}
