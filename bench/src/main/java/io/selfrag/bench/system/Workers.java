package io.selfrag.bench.system;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Workers beside a system's own, in another process: they can be added, taken away, killed and frozen alone. */
public final class Workers implements AutoCloseable {
  private final Child child;

  private Workers(Child child) {
    this.child = child;
  }

  static Workers start(SystemAccess system, Path folder, Map<String, String> properties) {
    var arguments = new ArrayList<String>(List.of("DATABASE_URL=" + system.databaseUrl(),
        "KAFKA_BOOTSTRAP_SERVERS=" + system.bootstrapServers(), "REDIS_URL=" + system.redisUrl(),
        "KAFKA_PARTITIONS=4", "KAFKA_REPLICATION=1", "CHUNKER_STATE_DIR=" + folder.resolve("workers-streams"),
        "VECTOR_STORE=lucene",
        "LUCENE_PATH=" + system.index(), "LUCENE_READ_ONLY=true", "ADMIN_TOKEN=" + system.adminToken(), "server.port=0",
        "server.address=127.0.0.1", "QUERY_CACHE=off"));
    properties.forEach((name, value) -> arguments.add(name + "=" + value));
    var child = Child.start(WorkersMain.class, Child.Compiler.QUICK, "384m", folder.resolve("workers.log"), arguments);
    child.answer();
    return new Workers(child);
  }

  /** Starts one more of {@code embedder} or {@code chunker}. */
  public void add(String worker) {
    child.command("add " + worker);
  }

  /** Stops the youngest of its kind in good order. */
  public void remove(String worker) {
    child.command("remove " + worker);
  }

  /**
   * Starts a replica of query-api.
   *
   * @return its base URL
   */
  public String serveQueries() {
    return child.command("serve query");
  }

  /** Sends SIGTERM and waits for the end. */
  public void terminate() {
    child.signal("TERM");
    child.awaitEnd();
  }

  public void kill() {
    child.kill();
  }

  public void freeze() {
    child.signal("STOP");
  }

  public void thaw() {
    child.signal("CONT");
  }

  @Override
  public void close() {
    if (child.isAlive()) {
      child.close();
    }
  }
}
