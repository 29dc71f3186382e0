package io.selfrag.service.start;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.service.health.StageHealth;
import io.selfrag.service.kafka.OutboxRelay;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The relay of the outbox, for every service that appends to it; only one of them is at work at a time. */
@Configuration(proxyBeanMethods = false)
public class OutboxConfiguration {
  @Bean
  StageHealth outboxRelayHealth(InstantSource clock) {
    return new StageHealth("outbox-relay", clock);
  }

  @Bean
  OutboxRelay outboxRelay(CatalogDatabase database, Producer<byte[], byte[]> rawProducer, StageHealth outboxRelayHealth,
      RandomGenerator random) {
    return new OutboxRelay(database, rawProducer, outboxRelayHealth, random);
  }
}
