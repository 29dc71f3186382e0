package io.selfrag.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker with its controller inside this JVM. What it acknowledged survives a kill of the JVM. Records of up to
 * 9 MiB pass; topics are never made by merely naming them. On a fault after which what it holds in memory could not be trusted,
 * such as a full disk, Kafka would end the whole JVM; {@link #outlive} gives up the broker alone.
 */
public final class LocalBroker implements LocalServer {
  static final String HOST = "127.0.0.1";
  static final String CONTROLLER = "CONTROLLER";
  static final int NODE = 1;
  private static final String CLEANLY_STOPPED = ".kafka_cleanshutdown";
  /** Of free disk, before a broker that has failed is started again: a start writes, and what waits for it will. */
  private static final long ROOM = 64 << 20;
  private static final Logger log = LoggerFactory.getLogger(LocalBroker.class);

  private final Path folder;
  private final @Nullable BrokerDoor door;
  private int port;
  private final AtomicBoolean failed = new AtomicBoolean();
  private volatile Runnable onFault = () -> {};
  private @Nullable BrokerNode server;
  private @Nullable DataFolderLock lock;

  /**
   * A broker that does not run yet.
   *
   * @param port its port, or 0 for the one of the folder's last start, or any free one
   */
  public LocalBroker(Path folder, int port) {
    this(folder, port, null);
  }

  /**
   * The same with another way in.
   *
   * @param door usually there is none
   */
  public LocalBroker(Path folder, int port, @Nullable BrokerDoor door) {
    this.door = door;
    this.folder = folder.toAbsolutePath().normalize();
    this.port = port;
  }

  /**
   * Keeps Kafka from ending the JVM when this broker meets a fault: it has failed then, and is to be started again, which does
   * what a start after a crash does. What was acknowledged is there afterwards. Of the brokers of a JVM one can be kept so,
   * since Kafka does not say which of them it means.
   */
  void outlive() {
    Exit.setHaltProcedure((status, message) -> fail(status, message));
    Exit.setExitProcedure((status, message) -> fail(status, message));
  }

  /** On a thread of the broker, which ends of itself. */
  private void fail(int status, @Nullable String message) {
    if (!failed.getAndSet(true)) {
      log.atError().addKeyValue("status", status).addKeyValue("reason", message).addKeyValue("folder", folder)
          .log("the broker has failed");
      onFault.run();
    }
  }

  /** Has something done when the broker fails, such as telling whoever looks at the console. It must not block. */
  public void onFault(Runnable action) {
    onFault = action;
  }

  /** Starts the broker again if it has failed and its disk has room. */
  synchronized void startIfFailed() throws IOException {
    if (!failed.get()) {
      return;
    }
    giveUp();
    if (Files.getFileStore(folder).getUsableSpace() < ROOM) {
      return;
    }
    try {
      start();
    } catch (RuntimeException e) {
      failed.set(true);
      throw e;
    }
  }

  /** Its port stays closed from here on, so that its clients see that it is away and wait. */
  private void giveUp() {
    BrokerNode broken = server;
    if (broken != null) {
      broken.giveUp();
      release();
      try {
        // Its controller has not seen it go: the next start has to begin as one after a crash does.
        Files.deleteIfExists(data().resolve(CLEANLY_STOPPED));
      } catch (IOException e) {
        throw failure(e);
      }
      log.atWarn().addKeyValue("port", port).log("broker given up until its disk has room");
    }
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    giveUp();
    DataFolderLock held = DataFolderLock.on(folder);
    try {
      port = FreePorts.choose(port, folder, "the broker");
      failed.set(false);
      server = startedServer();
      lock = held;
    } catch (RuntimeException | IOException e) {
      held.close();
      throw LocalBroker.failure(e);
    }
    log.atInfo().addKeyValue("port", port).addKeyValue("folder", folder).log("broker started");
  }

  private BrokerNode startedServer() throws IOException {
    Path data = data();
    boolean isNew = !Files.exists(data.resolve("meta.properties"));
    if (isNew) {
      format(data);
    }
    int controllerPort = FreePorts.any();
    if (!isNew && !Files.exists(data.resolve(CLEANLY_STOPPED))) {
      CrashedBroker.fence(data, controllerPort);
    }
    var settings = BrokerSettings.of(data, port, controllerPort, door);
    var starting = new BrokerNode(new KafkaConfig(settings, false), controllerPort);
    try {
      starting.start();
    } catch (RuntimeException e) {
      starting.giveUp();
      throw e;
    }
    return starting;
  }

  private Path data() {
    return folder.resolve("log");
  }

  private static void format(Path data) throws IOException {
    Folders.makePrivate(data);
    var silence = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    try {
      new Formatter().setClusterId(Uuid.randomUuid().toString()).setNodeId(NODE).setControllerListenerName(CONTROLLER)
          .setDirectories(List.of(data.toString())).setMetadataLogDirectory(data.toString())
          .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION).setIgnoreFormatted(true).setPrintStream(silence).run();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) { // declared by Kafka
      throw failure(e);
    }
  }

  private static LocalServerException failure(Exception e) {
    return e instanceof LocalServerException ours
        ? ours
        : new LocalServerException("The broker does not start: " + e.getMessage() + ".", e);
  }

  @Override
  public synchronized void stop() {
    BrokerNode stopping = server;
    if (failed.getAndSet(false)) {
      giveUp();
    } else if (stopping != null) {
      stopping.stop();
      log.atInfo().addKeyValue("port", port).log("broker stopped");
    }
    release();
  }

  private void release() {
    server = null;
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return server != null && !failed.get();
  }

  @Override
  public synchronized int port() {
    return port;
  }

  /**
   * What clients of the broker of a folder connect to that was started before, perhaps by another process.
   *
   * @throws LocalServerException if there never was one
   */
  public static String keptAddress(Path folder) {
    try {
      return HOST + ":" + Integer.parseInt(Files.readString(folder.resolve("port")).strip());
    } catch (IOException e) {
      throw new LocalServerException("There is no broker in " + folder + ".", e);
    }
  }

  /** What clients connect to. */
  public String bootstrapServers() {
    return HOST + ":" + port();
  }
}
