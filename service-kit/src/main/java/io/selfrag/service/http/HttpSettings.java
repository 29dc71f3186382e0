package io.selfrag.service.http;

import io.selfrag.service.config.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits and the operator's credential.
 *
 * @param adminToken null or blank: no operator can call
 * @param maxBodyMb of ordinary requests
 * @param maxRequestSizeMb of routes that take documents
 * @param bodyMemoryMb bodies that may be in memory at once, over all requests; 0: an eighth of the heap
 */
@ConfigurationProperties("selfrag.http")
public record HttpSettings(@Nullable String adminToken, @DefaultValue("4") int maxBodyMb,
    @DefaultValue("100") int maxRequestSizeMb, @DefaultValue("0") int bodyMemoryMb) {
  private static final int MIN_TOKEN = 16;
  private static final long MB = 1024 * 1024;

  public HttpSettings {
    adminToken = adminToken == null || adminToken.isBlank() ? null : adminToken.strip();
    if (adminToken != null && adminToken.length() < MIN_TOKEN) {
      throw new ConfigurationException("ADMIN_TOKEN", "must have at least " + MIN_TOKEN + " characters");
    }
    if (maxBodyMb < 1 || maxBodyMb > 1024) {
      throw new ConfigurationException("MAX_BODY_SIZE_MB", "must be between 1 and 1024");
    }
    if (maxRequestSizeMb < maxBodyMb || maxRequestSizeMb > 1024) {
      throw new ConfigurationException("MAX_REQUEST_SIZE_MB", "must be between MAX_BODY_SIZE_MB and 1024");
    }
    if (bodyMemoryMb < 0) {
      throw new ConfigurationException("BODY_MEMORY_MB", "must not be negative");
    }
  }

  /** A body is held about four times over while it is read: as bytes, as text, as content. */
  long bodyMemoryBytes() {
    return bodyMemoryMb > 0 ? bodyMemoryMb * MB : Runtime.getRuntime().maxMemory() / 8;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "HttpSettings[maxBodyMb=" + maxBodyMb + ", maxRequestSizeMb=" + maxRequestSizeMb + ", bodyMemoryMb="
        + bodyMemoryMb + "]";
  }
}
