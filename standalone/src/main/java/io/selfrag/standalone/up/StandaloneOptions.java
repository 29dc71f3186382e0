package io.selfrag.standalone.up;

import io.selfrag.servers.ServerPorts;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a person decides about a system on one machine.
 *
 * @param data everything that survives a restart is below it
 * @param port of the HTTP API, 0 for any free one
 * @param servers ports of broker, database and cache
 * @param properties settings that differ from the services' defaults, such as {@code EMBEDDING_PROVIDER}
 */
public record StandaloneOptions(Path data, int port, ServerPorts servers, Map<String, Object> properties) {
  public StandaloneOptions {
    properties = Map.copyOf(properties);
  }
}
