package io.selfrag.service.http;

import io.selfrag.service.config.ConfigurationException;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How callers without a good credential are treated, and whose word on a caller's address counts.
 *
 * @param failuresPerMinute wrong keys, and as many wrong operators' tokens, that one address may show; 0: any number
 * @param trustedProxies networks such as {@code 10.0.0.0/8,::1}, whose {@code X-Forwarded-For} is believed; blank: none
 */
@ConfigurationProperties("selfrag.strangers")
public record StrangerSettings(@DefaultValue("100") int failuresPerMinute, @DefaultValue("") String trustedProxies) {
  private static final int MOST = 1_000_000;

  public StrangerSettings {
    if (failuresPerMinute < 0 || failuresPerMinute > MOST) {
      throw new ConfigurationException("AUTH_FAILURES_PER_MINUTE", "must be between 0 and " + MOST);
    }
    networks(trustedProxies);
  }

  List<Network> networks() {
    return networks(trustedProxies);
  }

  private static List<Network> networks(String text) {
    return Stream.of(text.split(",", -1)).map(String::strip).filter(it -> !it.isEmpty()).map(it -> {
      try {
        return Network.parse(it);
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException("TRUSTED_PROXIES",
            "must be addresses or networks such as 10.0.0.0/8,::1; it has \"" + it + "\"");
      }
    }).toList();
  }
}
