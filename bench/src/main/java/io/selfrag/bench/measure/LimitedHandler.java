package io.selfrag.bench.measure;

import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Does nothing that would hide what is done before it. */
@RestController
final class LimitedHandler {
  @GetMapping({LimitedRoutes.OPEN, LimitedRoutes.LIMITED})
  @RequiresRole(Role.READ)
  Mono<Map<String, String>> thing() {
    return Mono.just(Map.of("name", "thing"));
  }
}
