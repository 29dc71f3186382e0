package io.selfrag.bench.measure;

import io.selfrag.service.http.AccessConfiguration;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.DatabaseConfiguration;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** A service of one handler, under a path that is checked and under one that is not. */
@Configuration(proxyBeanMethods = false)
@Import({CoreConfiguration.class, DatabaseConfiguration.class, AccessConfiguration.class})
class LimitedRoutes {
  static final String OPEN = "/open/thing";
  static final String LIMITED = "/v1/thing";

  @Bean
  Handler handler() {
    return new Handler();
  }

  /** Does nothing that would hide the difference. */
  @RestController
  static final class Handler {
    @GetMapping({OPEN, LIMITED})
    @RequiresRole(Role.READ)
    Mono<Map<String, String>> thing() {
      return Mono.just(Map.of("name", "thing"));
    }
  }
}
