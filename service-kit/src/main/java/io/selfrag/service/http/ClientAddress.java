package io.selfrag.service.http;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Where a request comes from: the other end of its connection, since headers can say anything; behind a proxy that is trusted, the
 * address the proxy names.
 */
final class ClientAddress {
  private static final String FORWARDED = "X-Forwarded-For";

  private final List<Network> trusted;

  ClientAddress(List<Network> trusted) {
    this.trusted = trusted;
  }

  @Nullable
  InetAddress of(ServerHttpRequest request) {
    var remote = request.getRemoteAddress();
    return remote == null || remote.getAddress() == null
        ? null
        : behind(remote.getAddress(), request.getHeaders().getOrEmpty(FORWARDED));
  }

  /** From the nearest hop outwards: what stands left of the first that is not trusted can be made up. */
  InetAddress behind(InetAddress remote, List<String> forwarded) {
    var address = remote;
    var hops = String.join(",", forwarded).split(",", -1);
    for (int i = hops.length - 1; i >= 0 && isTrusted(address); i--) {
      try {
        address = InetAddress.ofLiteral(hops[i].strip());
      } catch (IllegalArgumentException e) {
        // No address: the last that was vouched for is all that is known.
        return address;
      }
    }
    return address;
  }

  private boolean isTrusted(InetAddress address) {
    return trusted.stream().anyMatch(it -> it.contains(address));
  }
}
