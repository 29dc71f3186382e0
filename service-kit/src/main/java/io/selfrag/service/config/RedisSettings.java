package io.selfrag.service.config;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** Where the cache is: {@code redis://[user:password@]host[:port][/database]}, or {@code rediss://} with TLS. */
@ConfigurationProperties("selfrag.redis")
public record RedisSettings(@DefaultValue("redis://localhost:6379") String url) {
  public RedisSettings {
    if (!url.matches("rediss?://\\S+")) {
      throw new ConfigurationException("REDIS_URL", "must look like redis://host:6379");
    }
  }

  /** Without a password. */
  @Override
  public String toString() {
    return "RedisSettings[" + url.replaceAll("//[^@/]*@", "//…@") + "]";
  }
}
