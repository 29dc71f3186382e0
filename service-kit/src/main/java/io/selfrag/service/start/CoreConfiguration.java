package io.selfrag.service.start;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.service.config.TracingSettings;
import io.selfrag.service.health.HealthComponent;
import io.selfrag.service.health.HealthComponents;
import io.selfrag.service.health.HealthReport;
import io.selfrag.service.health.NotNeededForReady;
import io.selfrag.service.trace.Spans;
import io.selfrag.service.trace.otlp.OtlpSpans;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * What every service has: clock, ids, randomness, codec, metrics, health. A bean already registered in the context, such as a
 * metrics registry shared by all contexts of a JVM, is used instead of one made here.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(TracingSettings.class)
public class CoreConfiguration {
  @Bean
  @ConditionalOnMissingBean
  InstantSource clock() {
    return InstantSource.system();
  }

  /** Random ids. */
  @Bean
  @ConditionalOnMissingBean
  IdSource idSource() {
    return UUID::randomUUID;
  }

  /** Fit for secrets. */
  @Bean
  @ConditionalOnMissingBean
  RandomGenerator random() {
    return new SecureRandom();
  }

  @Bean
  @ConditionalOnMissingBean
  AvroCodec avroCodec() {
    return new AvroCodec();
  }

  @Bean
  @ConditionalOnMissingBean
  PrometheusMeterRegistry meterRegistry() {
    return metrics();
  }

  /** A registry with the JVM's own meters, for one context or for all that share a JVM. */
  // The binders live as long as the registry, which is the life of the process.
  @SuppressWarnings("resource")
  public static PrometheusMeterRegistry metrics() {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmGcMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return registry;
  }

  /** Spans of this context under its services' names. */
  @Bean
  @ConditionalOnMissingBean
  Spans spans(TracingSettings settings, Environment environment) {
    var endpoint = settings.endpoint();
    return endpoint == null
        ? Spans.OFF
        : OtlpSpans.to(endpoint, settings.headersByName(), environment.getRequiredProperty("spring.application.name"),
            settings.ratio());
  }

  @Bean
  HealthReport healthReport(ObjectProvider<HealthComponent> components, ObjectProvider<HealthComponents> groups,
      ObjectProvider<NotNeededForReady> notNeeded) {
    var all = new ArrayList<>(components.orderedStream().toList());
    groups.orderedStream().forEach(it -> all.addAll(it.all()));
    var names = notNeeded.stream().flatMap(it -> it.names().stream()).collect(Collectors.toSet());
    return new HealthReport(all, names, System::nanoTime);
  }

  /** Makes ids; a type of its own so that it is found by type. */
  @FunctionalInterface
  public interface IdSource extends Supplier<UUID> {}
}
