package io.selfrag.service.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.audit.AuditLog;
import io.selfrag.catalog.operator.AdminTokens;
import io.selfrag.catalog.tenant.ApiKeys;
import io.selfrag.service.audit.AuditSettings;
import io.selfrag.service.audit.AuditTrail;
import io.selfrag.service.config.SecretKeySettings;
import io.selfrag.service.http.contract.ContractController;
import io.selfrag.service.health.NotNeededForReady;
import io.selfrag.service.kafka.BrokerHealth;
import io.selfrag.service.limits.RateLimitSettings;
import io.selfrag.service.limits.RateLimits;
import io.selfrag.service.limits.SharedBuckets;
import io.selfrag.service.start.CacheConfiguration;
import jakarta.validation.Validator;
import java.time.InstantSource;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.web.reactive.result.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/** What the services with tenants' and operators' routes add: who calls, what they may, idempotency keys. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RateLimitSettings.class, AuditSettings.class, StrangerSettings.class,
    SecretKeySettings.class})
@Import({HttpConfiguration.class, CacheConfiguration.class})
public class AccessConfiguration {
  /** Without the broker uploads are refused with a sentence, and everything else works. */
  @Bean
  NotNeededForReady readyWithoutBroker() {
    return new NotNeededForReady(Set.of(BrokerHealth.NAME));
  }

  @Bean
  ApiKeys apiKeys(CatalogDatabase database) {
    return new ApiKeys(database);
  }

  @Bean
  SharedCredentials sharedCredentials(ReactiveStringRedisTemplate redis, SecretKeySettings secret, InstantSource clock,
      MeterRegistry metrics) {
    return new SharedCredentials(redis, CredentialSeal.of(secret), clock, metrics);
  }

  @Bean
  CallerDirectory callerDirectory(ApiKeys keys, SharedCredentials shared, InstantSource clock, JsonMapper json,
      MeterRegistry metrics) {
    return new CallerDirectory(keys, shared, clock, json, metrics);
  }

  @Bean
  CredentialChanges credentialChanges(CallerDirectory callers, OperatorDirectory operators,
      SharedCredentials shared, ReactiveStringRedisTemplate redis) {
    return new CredentialChanges(callers, operators, shared, redis);
  }

  @Bean
  AdminTokens adminTokens(CatalogDatabase database) {
    return new AdminTokens(database);
  }

  @Bean
  OperatorDirectory operatorDirectory(HttpSettings settings, AdminTokens tokens, InstantSource clock) {
    return new OperatorDirectory(settings.adminToken(), tokens, clock);
  }

  @Bean
  AuditLog auditLog(CatalogDatabase database) {
    return new AuditLog(database);
  }

  @Bean
  AuditTrail auditTrail(AuditLog log, AuditSettings settings, MeterRegistry metrics) {
    return new AuditTrail(log, settings, metrics);
  }

  @Bean
  ClientAddress clientAddress(StrangerSettings settings) {
    return new ClientAddress(settings.networks());
  }

  @Bean
  Strangers strangers(StrangerSettings settings, MeterRegistry metrics) {
    return new Strangers(settings, metrics);
  }

  @Bean
  AuditFilter auditFilter(AuditTrail trail, JsonMapper json, InstantSource clock, ClientAddress addresses,
      Strangers strangers) {
    return new AuditFilter(trail, json, clock, UUID::randomUUID, addresses, strangers);
  }

  @Bean
  ContractController contractController() {
    return new ContractController();
  }

  @Bean
  Idempotency idempotency(CatalogDatabase database, JsonMapper json) {
    return new Idempotency(database, json);
  }

  @Bean
  MergePatch mergePatch(JsonMapper json, Validator validator) {
    return new MergePatch(json, validator);
  }

  @Bean
  AccessFilter accessFilter(@Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping routes,
      CallerDirectory callers, OperatorDirectory operators, RateLimits limits, HttpSettings settings,
      ClientAddress addresses, Strangers strangers) {
    return new AccessFilter(routes, callers, operators, new RouteLimits(limits), settings, addresses, strangers);
  }

  @Bean
  RateLimits rateLimits(RateLimitSettings settings, LettuceConnectionFactory redis, MeterRegistry metrics) {
    return new RateLimits(settings, new SharedBuckets(redis, System::nanoTime), metrics, System::nanoTime);
  }

  /** Refuses to start with a tenant's route that does not say which role it needs. */
  @Bean
  SmartInitializingSingleton rolesAreStated(
      @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping routes) {
    return () -> routes.getHandlerMethods().forEach((route, method) -> {
      boolean tenantRoute = route.getPatternsCondition().getPatterns().stream()
          .anyMatch(it -> it.getPatternString().startsWith("/v1/"));
      if (tenantRoute && !AccessFilter.statesRole(method)) {
        throw new IllegalStateException("no @RequiresRole on " + method);
      }
    });
  }
}
