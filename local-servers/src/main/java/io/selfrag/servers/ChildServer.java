package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server that is a process of its own, as far as starting, stopping and breaking it goes. */
public abstract sealed class ChildServer implements LocalServer permits LocalPostgres, LocalRedis {
  private static final Logger log = LoggerFactory.getLogger(ChildServer.class);
  private static final Duration STOP = Duration.ofSeconds(30);

  private final String name;
  private final Path folder;
  private int port;
  private @Nullable ChildProcess process;
  private @Nullable DataFolderLock lock;
  private boolean wanted;

  ChildServer(String name, Path folder, int port) {
    this.name = name;
    this.folder = folder.toAbsolutePath().normalize();
    this.port = port;
  }

  /** Stops what a killed JVM may have left behind on the folder. */
  abstract void stopOrphan() throws IOException;

  /** Starts the process on its port; it need not answer yet. */
  abstract ChildProcess launch() throws IOException;

  /** Returns when the process answers. */
  abstract void awaitReady(ChildProcess started) throws IOException, SQLException;

  @Override
  public final synchronized void start() {
    if (isRunning()) {
      return;
    }
    release();
    lock = DataFolderLock.on(folder);
    try {
      stopOrphan();
      port = FreePorts.choose(port, folder, name);
      process = launch();
      awaitReady(process);
      wanted = true;
    } catch (IOException | SQLException | RuntimeException e) {
      abandon();
      throw e instanceof LocalServerException ours
          ? ours
          : new LocalServerException(name + " does not start: " + reason(e) + ".", e);
    }
    log.atInfo().addKeyValue("server", name).addKeyValue("port", port).addKeyValue("folder", folder)
        .log("server started");
  }

  /** Keeps what the process says from filling the disk. */
  final void keepOutputSmall() throws IOException {
    output().keepSmall();
  }

  final ServerOutput output() {
    return new ServerOutput(folder.resolve("server.log"));
  }

  /** Starts the server again if it has ended without being told to. */
  final synchronized void startIfDied() {
    if (wanted && !isRunning()) {
      log.atError().addKeyValue("server", name).log("server died and is started again");
      start();
    }
  }

  @Override
  public final synchronized void stop() {
    wanted = false;
    if (process != null && process.isAlive()) {
      process.resume();
      process.stop(STOP);
      log.atInfo().addKeyValue("server", name).addKeyValue("port", port).log("server stopped");
    }
    release();
  }

  /** Ends the server as a crash would. */
  public final synchronized void kill() {
    wanted = false;
    abandon();
  }

  private static @Nullable String reason(Exception e) {
    return e instanceof IOException io ? FileProblem.of(io) : e.getMessage();
  }

  private void abandon() {
    if (process != null) {
      process.kill();
    }
    release();
  }

  /** Freezes the server: connections stay open, and nothing answers until {@link #resume()}. */
  public final synchronized void pause() {
    running().pause();
  }

  /** Ends a {@link #pause()}. */
  public final synchronized void resume() {
    running().resume();
  }

  private ChildProcess running() {
    if (process == null || !process.isAlive()) {
      throw new IllegalStateException(name + " does not run");
    }
    return process;
  }

  private void release() {
    process = null;
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  @Override
  public final synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  @Override
  public final synchronized int port() {
    return port;
  }

  final Path folder() {
    return folder;
  }
}
