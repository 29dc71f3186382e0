package io.selfrag.servers;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Broker, PostgreSQL and Redis under one data folder that belongs to one instance at a time. Each keeps the port of its
 * first start.
 */
public final class LocalServers implements AutoCloseable {
  private final DataFolderLock lock;
  private final LocalBroker broker;
  private final LocalPostgres postgres;
  private final LocalRedis redis;

  private LocalServers(DataFolderLock lock, Path data, ServerPorts ports) {
    this.lock = lock;
    this.broker = new LocalBroker(data.resolve("broker"), ports.broker());
    this.postgres = new LocalPostgres(data.resolve("postgres"), ports.postgres(), data.resolve("bin"),
        PostgresTuning.DURABLE);
    this.redis = new LocalRedis(data.resolve("redis"), ports.redis());
  }

  /**
   * Starts all three side by side and returns when they answer; if one does not start, the others are stopped again.
   *
   * @throws DataFolderInUseException if another instance uses the folder
   * @throws PortInUseException if a port that was asked for is taken
   * @throws LocalServerException if a server does not start
   */
  public static LocalServers start(Path data, ServerPorts ports) {
    Path folder = data.toAbsolutePath().normalize();
    var servers = new LocalServers(DataFolderLock.on(folder), folder, ports);
    try {
      servers.startTogether();
      return servers;
    } catch (LocalServerException e) {
      servers.close();
      throw e;
    }
  }

  private void startTogether() {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      var children = CompletableFuture.runAsync(postgres::start, threads).thenRun(redis::start);
      var inProcess = CompletableFuture.runAsync(broker::start, threads);
      CompletableFuture.allOf(children, inProcess).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof LocalServerException ours
          ? ours
          : new LocalServerException("The servers do not start: " + e.getCause() + ".", e);
    }
  }

  public LocalBroker broker() {
    return broker;
  }

  public LocalPostgres postgres() {
    return postgres;
  }

  public LocalRedis redis() {
    return redis;
  }

  /** Stops all three, the broker first: it is the one that the others' users wait for. */
  @Override
  public void close() {
    List.of(broker, redis, postgres).forEach(LocalServer::stop);
    lock.close();
  }
}
