package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ApiKeySecretTest {
  @Test
  void isAPrefixAndThirtyTwoRandomBytes() {
    var secret = ApiKeySecret.random(new Random(1));

    assertThat(secret.text()).matches("kb_sk_[A-Za-z0-9_-]{43}")
        .isNotEqualTo(ApiKeySecret.random(new Random(2)).text());
    assertThat(secret.text()).startsWith(secret.prefix());
    assertThat(secret.prefix()).hasSizeLessThan(12);
  }

  @Test
  void isStoredAsItsSha256() {
    assertThat(HexFormat.of().formatHex(new ApiKeySecret("kb_sk_" + "A".repeat(43)).hash()))
        .isEqualTo("24eb1bfa36d604768f355d1ecf594ea6a8761d1ee9c1624062bc1e15f454732a");
  }

  @Test
  void whatHasNotItsFormIsNone() {
    assertThat(ApiKeySecret.isOne("kb_sk_" + "A".repeat(42))).isFalse();
    assertThat(ApiKeySecret.isOne("kb_sk_" + "A".repeat(44))).isFalse();
    assertThat(ApiKeySecret.isOne("kb_sk_" + "A".repeat(42) + "=")).isFalse();
    assertThatThrownBy(() -> new ApiKeySecret("x")).isInstanceOf(IllegalArgumentException.class);
  }
}
