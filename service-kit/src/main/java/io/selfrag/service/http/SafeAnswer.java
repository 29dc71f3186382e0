package io.selfrag.service.http;

import java.util.Map;

/**
 * What every answer tells a browser that shows it: it is what its type says, in no frame, with nothing loaded and nothing kept, and no
 * link out of it says where it came from. A route that needs more room says so itself. That HTTPS stays HTTPS is said where TLS ends.
 */
final class SafeAnswer {
  static final Map<String, String> HEADERS = Map.of("X-Content-Type-Options", "nosniff", "X-Frame-Options", "DENY",
      "Referrer-Policy", "no-referrer", "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
      "Cache-Control", "no-store");

  private SafeAnswer() {}
}
