package io.selfrag.service.start;

import io.selfrag.service.config.RedisSettings;
import io.selfrag.service.health.CacheHealth;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;

/**
 * The cache. It is connected to when first used, which blocks, so on a thread that may wait; and commands fail within a second when
 * it is away.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RedisSettings.class)
public class CacheConfiguration {
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(1);

  @Bean
  LettuceConnectionFactory redisConnectionFactory(RedisSettings settings) {
    var uri = URI.create(settings.url());
    var client = LettuceClientConfiguration.builder().commandTimeout(COMMAND_TIMEOUT);
    if ("rediss".equals(uri.getScheme())) {
      client.useSsl();
    }
    return new LettuceConnectionFactory(LettuceConnectionFactory.createRedisConfiguration(settings.url()),
        client.build());
  }

  @Bean
  ReactiveStringRedisTemplate redis(LettuceConnectionFactory redisConnectionFactory) {
    return new ReactiveStringRedisTemplate(redisConnectionFactory);
  }

  @Bean
  CacheHealth cacheHealth(ReactiveStringRedisTemplate redis) {
    return new CacheHealth(redis);
  }
}
