package io.selfrag.service.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.selfrag.service.health.HealthReport;
import io.selfrag.service.start.CoreConfiguration.IdSource;
import io.selfrag.service.trace.Spans;
import jakarta.validation.Validator;
import jakarta.validation.constraints.Size;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.ReactiveMultipartAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.reactive.result.method.annotation.ArgumentResolverConfigurer;
import tools.jackson.databind.json.JsonMapper;

/** A web server that answers failures as problems and has the routes of operations: what a worker needs as well. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpSettings.class)
@ImportAutoConfiguration({PropertyPlaceholderAutoConfiguration.class, LifecycleAutoConfiguration.class,
    ApplicationAvailabilityAutoConfiguration.class, SslAutoConfiguration.class, JacksonAutoConfiguration.class,
    CodecsAutoConfiguration.class, ValidationAutoConfiguration.class, NettyReactiveWebServerAutoConfiguration.class,
    HttpHandlerAutoConfiguration.class, ReactiveMultipartAutoConfiguration.class, WebFluxAutoConfiguration.class})
public class HttpConfiguration {
  private static final int MB = 1024 * 1024;

  /** Event loops of this context's own: closing it must not close those of others in the JVM. */
  @Bean
  static ReactorResourceFactory reactorResourceFactory() {
    var factory = new ReactorResourceFactory();
    factory.setUseGlobalResources(false);
    return factory;
  }

  @Bean
  JsonMapperBuilderCustomizer contractJson() {
    return JsonSettings::apply;
  }

  @Bean
  TextArguments textArguments() {
    return new TextArguments();
  }

  /** The texts of broken constraints are read from files when first needed, which must not be on an event loop. */
  @Bean
  SmartInitializingSingleton constraintTextsAreRead(Validator validator) {
    return () -> validator.validate(new Broken(""));
  }

  private record Broken(@Size(min = 1) String field) {}

  @Bean
  RequestFilter requestFilter(JsonMapper json, PrometheusMeterRegistry meters, Spans spans, IdSource ids) {
    return new RequestFilter(new Problems(json), meters, spans, ids, System::nanoTime);
  }

  @Bean
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> unreadableRequests(JsonMapper json) {
    return factory -> factory.addServerCustomizers(new UnreadableRequests(json));
  }

  @Bean
  OperationsController operationsController(HealthReport health, PrometheusMeterRegistry meters) {
    return new OperationsController(health, meters);
  }

  @Bean
  WebFluxConfigurer requestArguments(HttpSettings settings) {
    return new WebFluxConfigurer() {
      @Override
      public void configureArgumentResolvers(ArgumentResolverConfigurer configurer) {
        configurer.addCustomResolver(new RequestArguments());
      }

      @Override
      public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
        // The body limit of each route is held before the codecs see it; theirs must only not be smaller.
        configurer.defaultCodecs().maxInMemorySize(settings.maxRequestSizeMb() * MB);
      }
    };
  }
}
