package io.selfrag.service.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.config.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitSettingsTest {
  private static final Map<RouteClass, Optional<Rate>> USUAL = Map.of(RouteClass.DEFAULT,
      Optional.of(Rate.perMinute(120)), RouteClass.ADMIN, Optional.of(Rate.perMinute(1000)));

  @Test
  void nothingSaidMeansTheUsualRatesAndReadsCountWithTheOthers() {
    assertThat(new RateLimitSettings(120, 10, "").rates()).isEqualTo(USUAL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default=120/minute,admin=1000/minute,read=60/minute",
      "{\"default\": \"120/minute\", \"admin\": \"1000/minute\", \"read\": \"60/minute\"}",
      "{'read': '60 / Minute'}", " READ : 60/minutes ", "read=60 per minute"})
  void classesAreReadAsTheManualWritesThem(String text) {
    var rates = new RateLimitSettings(120, 10, text).rates();

    assertThat(rates).containsAllEntriesOf(USUAL);
    assertThat(rates.get(RouteClass.READ)).contains(Rate.perMinute(60));
  }

  @Test
  void theDefaultOfTheClassesWinsOverTheVariableOfItsOwn() {
    assertThat(new RateLimitSettings(30, 10, "").rates().get(RouteClass.DEFAULT)).contains(Rate.perMinute(30));
    assertThat(new RateLimitSettings(30, 10, "default=5/second").rates().get(RouteClass.DEFAULT))
        .contains(new Rate(5, Duration.ofSeconds(1)));
  }

  @Test
  void offIsForOneClassOrForAll() {
    assertThat(new RateLimitSettings(120, 10, "admin=off").rates()).isEqualTo(Map.of(RouteClass.DEFAULT,
        Optional.of(Rate.perMinute(120)), RouteClass.ADMIN, Optional.empty()));
    assertThat(new RateLimitSettings(120, 10, "OFF").rates()).isEqualTo(Map.of(RouteClass.DEFAULT, Optional.empty(),
        RouteClass.ADMIN, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"read", "read=", "read=60", "read=0/minute", "read=-1/minute", "read=60/week",
      "write=60/minute",
      "read=60/minute,", "on", "read=9999999999/minute"})
  void whatIsNoRateIsRefusedByTheNameOfTheVariable(String text) {
    assertThatThrownBy(() -> new RateLimitSettings(120, 10, text)).isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("RATE_LIMITS");
  }

  @ParameterizedTest
  @CsvSource({"0,10,RATE_LIMIT_PER_MINUTE", "1000001,10,RATE_LIMIT_PER_MINUTE", "120,-1,RATE_LIMIT_BURST",
      "120,1000001,RATE_LIMIT_BURST"})
  void numbersOutOfBoundsAreRefusedByTheNameOfTheVariable(int perMinute, int burst, String variable) {
    assertThatThrownBy(() -> new RateLimitSettings(perMinute, burst, "")).isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(variable);
  }
}
