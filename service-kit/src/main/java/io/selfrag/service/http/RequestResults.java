package io.selfrag.service.http;

import org.springframework.web.server.ServerWebExchange;

/** Says how many results a request found, for its log line. */
public final class RequestResults {
  private RequestResults() {}

  /** Leaves the number on the exchange. */
  public static void count(ServerWebExchange exchange, int results) {
    exchange.getAttributes().put(RequestFilter.RESULTS_COUNT, results);
  }
}
