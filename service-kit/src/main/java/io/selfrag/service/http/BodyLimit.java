package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

/** Stops a request that sends more than its route takes, by its declared length or by counting. */
final class BodyLimit {
  private BodyLimit() {}

  /** The exchange with its body bounded. */
  static ServerWebExchange bound(ServerWebExchange exchange, long maxBytes) {
    var request = exchange.getRequest();
    if (request.getHeaders().getContentLength() > maxBytes) {
      throw tooLarge(maxBytes);
    }
    return exchange.mutate().request(new ServerHttpRequestDecorator(request) {
      @Override
      public Flux<DataBuffer> getBody() {
        var seen = new AtomicLong();
        return super.getBody().map(buffer -> {
          if (seen.addAndGet(buffer.readableByteCount()) > maxBytes) {
            DataBufferUtils.release(buffer);
            throw tooLarge(maxBytes);
          }
          return buffer;
        });
      }
    }).build();
  }

  private static SelfRagException tooLarge(long maxBytes) {
    return new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE,
        "the request is larger than the " + maxBytes / (1024 * 1024) + " MB that this route takes");
  }
}
