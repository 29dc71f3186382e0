package io.selfrag.servers;

/**
 * A server on this machine over one data folder and one port. It may be started and stopped any number of times in one
 * JVM, and keeps its data and its port. Safe for use by several threads.
 */
public interface LocalServer extends AutoCloseable {

  /**
   * Starts the server and returns when it answers. Does nothing if it runs already. A server left behind on the same
   * folder by a JVM that was killed is stopped first.
   *
   * @throws DataFolderInUseException if another process, or another object in this JVM, runs a server on the folder
   * @throws PortInUseException if something else listens on the port
   * @throws LocalServerException if the server does not start
   */
  void start();

  /** Stops the server in good order; does nothing if it does not run. */
  void stop();

  /** True between a successful start and a stop, as long as the server has not died by itself. */
  boolean isRunning();

  /** The port on 127.0.0.1: as given, or the free one chosen when 0 was given. */
  int port();

  /** As {@link #stop()}. */
  @Override
  default void close() {
    stop();
  }
}
