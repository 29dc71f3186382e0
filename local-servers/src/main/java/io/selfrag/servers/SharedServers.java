package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of a test JVM. Each starts when it is first asked for, serves all tests of the JVM, and is stopped and
 * deleted with it. A test that stops or kills a server starts its own instead of one of these.
 */
public final class SharedServers {
  private static final Logger log = LoggerFactory.getLogger(SharedServers.class);
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private SharedServers() {}

  /** What Kafka clients connect to. */
  public static String bootstrapServers() {
    return broker().bootstrapServers();
  }

  /** A new, empty database. */
  public static PostgresAddress freshDatabase() {
    return postgres().createDatabase("test_" + DATABASES.incrementAndGet());
  }

  /** What Redis clients connect to, password included. */
  public static String redisUrl() {
    return redis().url();
  }

  /** The broker of this JVM's tests. */
  public static LocalBroker broker() {
    return Broker.SERVER;
  }

  /** The PostgreSQL of this JVM's tests. */
  public static LocalPostgres postgres() {
    return Postgres.SERVER;
  }

  /** A PostgreSQL of the test's own in this folder, to be paused or killed; it does not run yet. */
  public static LocalPostgres ownPostgres(Path folder) {
    return new LocalPostgres(folder, 0, binaries(), PostgresTuning.TEST);
  }

  /** The Redis of this JVM's tests. */
  public static LocalRedis redis() {
    return Redis.SERVER;
  }

  private static final class Broker {
    static final LocalBroker SERVER = Session.started(folder -> new LocalBroker(folder.resolve("broker"), 0));
  }

  private static final class Postgres {
    static final LocalPostgres SERVER = Session.started(
        folder -> new LocalPostgres(folder.resolve("postgres"), 0, binaries(), PostgresTuning.TEST));
  }

  private static final class Redis {
    static final LocalRedis SERVER = Session.started(folder -> new LocalRedis(folder.resolve("redis"), 0));
  }

  /** A cache that outlives the tests, for unpacking takes longer than starting. */
  static Path binaries() {
    Path home = Path.of(System.getProperty("user.home", ""));
    if (home.equals(Path.of("/root"))) {
      return Path.of("/var/cache/selfrag"); // other users, as one of whom PostgreSQL may have to run, cannot enter /root
    }
    return home.isAbsolute()
        ? home.resolve(".cache/selfrag")
        : Path.of(System.getProperty("java.io.tmpdir"), "selfrag-" + ProcessHandle.current().pid());
  }

  /** The folder of this JVM and all servers in it. */
  private static final class Session {
    private static final Deque<LocalServer> STARTED = new ArrayDeque<>();
    private static final Path FOLDER = folder();

    private Session() {}

    static <S extends LocalServer> S started(Function<Path, S> maker) {
      S server = maker.apply(FOLDER);
      server.start();
      synchronized (STARTED) {
        STARTED.push(server);
      }
      return server;
    }

    private static Path folder() {
      try {
        Path folder = Files.createTempDirectory("selfrag-servers");
        Runtime.getRuntime().addShutdownHook(new Thread(Session::end, "stop-shared-servers"));
        return folder;
      } catch (IOException e) {
        throw new LocalServerException("No folder for the servers of the tests can be made.", e);
      }
    }

    private static void end() {
      synchronized (STARTED) {
        STARTED.forEach(LocalServer::stop);
      }
      try {
        Folders.delete(FOLDER);
      } catch (IOException e) {
        log.atWarn().addKeyValue("folder", FOLDER).setCause(e).log("folder of the tests' servers not deleted");
      }
    }
  }
}
