package io.selfrag.bench.workload;

import io.selfrag.bench.api.Api;
import io.selfrag.bench.system.SystemAccess;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One client for each tenant and address, since making one costs more than a call. Safe for concurrent callers. */
final class Clients implements AutoCloseable {
  private final Map<String, Api> clients = new ConcurrentHashMap<>();

  Api of(SystemAccess system, Place place) {
    return clients.computeIfAbsent(system.baseUrl() + " " + place.tenantId(), _ -> place.open(system));
  }

  @Override
  public void close() {
    clients.values().forEach(Api::close);
  }
}
