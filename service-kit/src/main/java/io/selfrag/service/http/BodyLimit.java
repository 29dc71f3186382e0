package io.selfrag.service.http;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;

/** Stops a request that sends more than its route takes, by its declared length or by counting. */
final class BodyLimit {
  private BodyLimit() {}

  /**
   * The exchange with its body bounded.
   *
   * @param room is told of bytes before they are read, all at once where their number is declared; may refuse them
   */
  static ServerWebExchange bound(ServerWebExchange exchange, long maxBytes, LongConsumer room) {
    var request = exchange.getRequest();
    long declared = request.getHeaders().getContentLength();
    if (declared > maxBytes) {
      throw tooLarge(maxBytes);
    }
    if (declared > 0) {
      room.accept(declared);
    }
    return exchange.mutate().request(new ServerHttpRequestDecorator(request) {
      @Override
      public Flux<DataBuffer> getBody() {
        var seen = new AtomicLong();
        return super.getBody().map(buffer -> {
          try {
            count(buffer.readableByteCount(), seen);
            return buffer;
          } catch (SelfRagException e) {
            DataBufferUtils.release(buffer);
            throw e;
          }
        });
      }

      private void count(int bytes, AtomicLong seen) {
        if (seen.addAndGet(bytes) > maxBytes) {
          throw tooLarge(maxBytes);
        }
        if (declared < 0) {
          room.accept(bytes);
        }
      }
    }).build();
  }

  private static SelfRagException tooLarge(long maxBytes) {
    return new SelfRagException(ErrorCode.PAYLOAD_TOO_LARGE,
        "the request is larger than the " + maxBytes / (1024 * 1024) + " MB that this route takes");
  }
}
