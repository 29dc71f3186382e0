package io.selfrag.servers;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker with its controller inside this JVM. What it acknowledged survives a kill of the JVM. Records of up to
 * 9 MiB pass; topics are never made by merely naming them. On a fault after which its data could not be trusted, such as a
 * full disk, Kafka ends the whole JVM: {@link #beforeItEndsTheProcess}.
 */
public final class LocalBroker implements LocalServer {
  static final String HOST = "127.0.0.1";
  static final String CONTROLLER = "CONTROLLER";
  static final int NODE = 1;
  private static final Logger log = LoggerFactory.getLogger(LocalBroker.class);

  private final Path folder;
  private final @Nullable BrokerDoor door;
  private int port;
  private @Nullable KafkaRaftServer server;
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
   * Lets a program speak before Kafka ends it: on a fault after which its data could not be trusted it ends the JVM at once,
   * with nothing stopped in order. What was acknowledged is there after the next start.
   */
  public static void beforeItEndsTheProcess(Runnable lastWords) {
    Exit.setHaltProcedure((status, _) -> end(lastWords, status));
    Exit.setExitProcedure((status, _) -> end(lastWords, status));
  }

  // One at a time: several threads of the broker meet the same fault.
  private static void end(Runnable lastWords, int status) {
    synchronized (LocalBroker.class) {
      lastWords.run();
      Runtime.getRuntime().halt(status);
    }
  }

  @Override
  public synchronized void start() {
    if (isRunning()) {
      return;
    }
    DataFolderLock held = DataFolderLock.on(folder);
    try {
      port = FreePorts.choose(port, folder, "the broker");
      server = startedServer();
      lock = held;
    } catch (RuntimeException | IOException e) {
      held.close();
      throw LocalBroker.failure(e);
    }
    log.atInfo().addKeyValue("port", port).addKeyValue("folder", folder).log("broker started");
  }

  private KafkaRaftServer startedServer() throws IOException {
    Path data = folder.resolve("log");
    boolean isNew = !Files.exists(data.resolve("meta.properties"));
    if (isNew) {
      format(data);
    }
    int controllerPort = FreePorts.any();
    if (!isNew && !Files.exists(data.resolve(".kafka_cleanshutdown"))) {
      CrashedBroker.fence(data, controllerPort);
    }
    var settings = BrokerSettings.of(data, port, controllerPort, door);
    var starting = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
    try {
      starting.startup();
    } catch (RuntimeException e) {
      starting.shutdown();
      throw e;
    }
    return starting;
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
    KafkaRaftServer stopping = server;
    if (stopping != null) {
      stopping.shutdown();
      stopping.awaitShutdown();
      server = null;
      log.atInfo().addKeyValue("port", port).log("broker stopped");
    }
    if (lock != null) {
      lock.close();
      lock = null;
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return server != null;
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
