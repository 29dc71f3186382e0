package io.selfrag.service.http;

import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** Where a request comes from: the other end of its connection, since headers can say anything. */
final class ClientAddress {
  private ClientAddress() {}

  static @Nullable String of(ServerHttpRequest request) {
    var remote = request.getRemoteAddress();
    return remote == null || remote.getAddress() == null ? null : remote.getAddress().getHostAddress();
  }
}
