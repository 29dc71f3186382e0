package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.service.config.ConfigurationException;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
  @Test
  void whatAHeaderSaysIsIgnoredUnlessItsSenderIsTrusted() {
    assertThat(behind("", "10.0.0.2", "203.0.113.7")).isEqualTo("10.0.0.2");
    assertThat(behind("10.1.0.0/16", "10.0.0.2", "203.0.113.7")).isEqualTo("10.0.0.2");
    assertThat(behind("10.0.0.0/8", "10.0.0.2", "203.0.113.7")).isEqualTo("203.0.113.7");
  }

  @Test
  void whatStandsBeforeTheFirstUntrustedHopIsNotBelieved() {
    assertThat(behind("10.0.0.0/8", "10.0.0.2", "8.8.8.8, 203.0.113.7, 10.9.9.9")).isEqualTo("203.0.113.7");
    assertThat(behind("10.0.0.0/8", "10.0.0.2", "8.8.8.8", "203.0.113.7")).isEqualTo("203.0.113.7");
  }

  @Test
  void whatIsNoAddressEndsWithTheHopThatSentIt() {
    assertThat(behind("10.0.0.0/8", "10.0.0.2", "localhost")).isEqualTo("10.0.0.2");
    assertThat(behind("10.0.0.0/8", "10.0.0.2", "203.0.113.7, unknown, 10.0.0.3")).isEqualTo("10.0.0.3");
    assertThat(behind("10.0.0.0/8", "10.0.0.2")).isEqualTo("10.0.0.2");
  }

  @Test
  void networksOfBothFamiliesAreKeptApart() {
    assertThat(behind("2001:db8::/32,127.0.0.1", "2001:db8:1::5", "203.0.113.7")).isEqualTo("203.0.113.7");
    assertThat(behind("::/0", "127.0.0.1", "203.0.113.7")).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nginx", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.0/8;::1"})
  void aNetworkThatIsNoneIsRefusedByTheNameOfItsVariable(String text) {
    assertThatThrownBy(() -> new StrangerSettings(100, text)).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("TRUSTED_PROXIES");
  }

  private static String behind(String trusted, String remote, String... forwarded) {
    return new ClientAddress(new StrangerSettings(100, trusted).networks())
        .behind(InetAddress.ofLiteral(remote), List.of(forwarded)).getHostAddress();
  }
}
