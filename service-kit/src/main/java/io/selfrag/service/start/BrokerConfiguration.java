package io.selfrag.service.start;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.service.config.KafkaSettings;
import io.selfrag.service.kafka.BrokerHealth;
import io.selfrag.service.kafka.DeadLetterPublisher;
import io.selfrag.service.kafka.KafkaClients;
import io.selfrag.service.kafka.TopicSetup;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The brokers' clients, our topics and the dead letters. The topics are there before any bean that asks for the clients. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaSettings.class)
public class BrokerConfiguration {
  @Bean
  KafkaClients kafkaClients(KafkaSettings settings, AvroCodec codec) {
    var clients = new KafkaClients(settings, codec);
    new TopicSetup(clients).ensure();
    return clients;
  }

  /** For dead letters and the outbox. */
  @Bean(destroyMethod = "close")
  Producer<byte[], byte[]> rawProducer(KafkaClients clients, Environment environment) {
    return clients.rawProducer(environment.getProperty("spring.application.name", "selfrag") + "-raw");
  }

  @Bean
  DeadLetterPublisher deadLetterPublisher(Producer<byte[], byte[]> rawProducer, KafkaClients clients,
      MeterRegistry meters) {
    return new DeadLetterPublisher(rawProducer, clients, meters);
  }

  @Bean(destroyMethod = "close")
  Admin kafkaAdmin(KafkaClients clients, Environment environment) {
    return clients.admin(environment.getProperty("spring.application.name", "selfrag") + "-admin");
  }

  @Bean
  BrokerHealth brokerHealth(Admin kafkaAdmin) {
    return new BrokerHealth(kafkaAdmin);
  }
}
