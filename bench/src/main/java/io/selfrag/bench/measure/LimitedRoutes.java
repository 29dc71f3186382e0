package io.selfrag.bench.measure;

import io.selfrag.service.http.AccessConfiguration;
import io.selfrag.service.start.CoreConfiguration;
import io.selfrag.service.start.DatabaseConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** A service of one handler, under a path that is checked and under one that is not. */
@Configuration(proxyBeanMethods = false)
@Import({CoreConfiguration.class, DatabaseConfiguration.class, AccessConfiguration.class})
class LimitedRoutes {
  static final String OPEN = "/open/thing";
  static final String LIMITED = "/v1/thing";

  @Bean
  LimitedHandler handler() {
    return new LimitedHandler();
  }
}
