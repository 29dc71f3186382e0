package io.selfrag.bench.system;

import java.nio.file.Path;

/**
 * How to reach a running system from outside.
 *
 * @param index folder of its vector store
 */
public record SystemAccess(String baseUrl, String adminToken, String databaseUrl, String bootstrapServers,
    String redisUrl, Path index) {
  /** Without secrets. */
  @Override
  public String toString() {
    return "SystemAccess[" + baseUrl + "]";
  }
}
