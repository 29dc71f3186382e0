package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Broker, PostgreSQL and Redis under one data folder that belongs to one instance at a time. Each keeps the port of its
 * first start. A child that dies is started again, and so is the broker after a fault such as a full disk, once it has room.
 */
public final class LocalServers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LocalServers.class);
  private static final long LOOK_AGAIN_MS = 1_000;

  private final DataFolderLock lock;
  private final LocalBroker broker;
  private final LocalPostgres postgres;
  private final LocalRedis redis;
  private final ScheduledExecutorService watch = Executors.newScheduledThreadPool(3, // a start takes a while
      task -> Thread.ofPlatform().daemon().name("watch-servers").unstarted(task));

  private LocalServers(DataFolderLock lock, Path data, ServerPorts ports) {
    this.lock = lock;
    this.broker = new LocalBroker(data.resolve("broker"), ports.broker(), ports.door());
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
      servers.watch();
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

  /** A child that the system killed, for want of memory say, must not leave the pipeline waiting for ever. */
  private void watch() {
    broker.outlive();
    var _ = watch.scheduleWithFixedDelay(() -> lookAfter(broker), LOOK_AGAIN_MS, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
    for (ChildServer child : List.of(postgres, redis)) {
      var _ = watch.scheduleWithFixedDelay(() -> lookAfter(child), LOOK_AGAIN_MS, LOOK_AGAIN_MS,
          TimeUnit.MILLISECONDS);
    }
  }

  private static void lookAfter(LocalBroker broker) {
    try {
      broker.startIfFailed();
    } catch (IOException | RuntimeException e) { // thrown on, it would end the watch
      log.atError().setCause(e).log("broker not started again, the next attempt follows");
    }
  }

  private static void lookAfter(ChildServer child) {
    try {
      child.startIfDied();
      child.keepOutputSmall();
    } catch (LocalServerException e) { // thrown on, it would end the watch
      log.atError().setCause(e).log("server not started again, the next attempt follows");
    } catch (IOException e) {
      log.atWarn().setCause(e).log("what a server says could not be kept small");
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
    watch.shutdownNow();
    List.of(broker, redis, postgres).forEach(LocalServer::stop);
    lock.close();
  }
}
