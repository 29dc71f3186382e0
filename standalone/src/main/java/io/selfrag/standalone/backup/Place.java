package io.selfrag.standalone.backup;

import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.backup.BackupException;
import io.selfrag.servers.LocalServerException;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.up.StandaloneSettings;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Options that say which system is meant: that of a data folder, or the database that an option or the environment names, with
 * the vector store of the environment. One of them at a time: nothing is chosen silently.
 */
final class Place {
  private final Map<String, String> environment;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(names = "--data", paramLabel = "DIR", description = "data folder of a system on this machine; default: SELFRAG_DATA, or data, beside this script, unless a database is named")
  private @Nullable Path data;

  @Option(names = "--database", paramLabel = "URL", description = "a database that is there already, postgresql://...; default: DATABASE_URL (better set that than show a password here)")
  private @Nullable String database;

  Place() {
    this(System.getenv());
  }

  Place(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The folder, unless a database is named.
   *
   * @throws CommandLine.ParameterException if both are
   */
  Optional<Path> dataFolder() {
    var named = data != null ? data : variable("SELFRAG_DATA").map(Path::of).orElse(null);
    if (named != null && database != null) {
      throw contradiction(data != null ? "--data" : "SELFRAG_DATA", "--database");
    }
    if (data == null && named != null && variable("DATABASE_URL").isPresent()) {
      throw contradiction("SELFRAG_DATA", "DATABASE_URL");
    }
    return named == null && externalDatabase().isPresent()
        ? Optional.empty()
        : Optional.of((named == null ? Command.usualData() : named).toAbsolutePath().normalize());
  }

  private CommandLine.ParameterException contradiction(String one, String other) {
    return new CommandLine.ParameterException(Objects.requireNonNull(spec).commandLine(),
        "Either " + one + " or " + other + ": which system is meant?");
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(it -> !it.isBlank());
  }

  /** The database that is there already. */
  DatabaseAddress externalAddress() {
    try {
      return DatabaseAddress.parse(externalDatabase().orElseThrow());
    } catch (IllegalArgumentException e) {
      throw new BackupException("The database's URL " + e.getMessage() + ".", e);
    }
  }

  private Optional<String> externalDatabase() {
    return database != null ? Optional.of(database) : variable("DATABASE_URL");
  }

  /** @throws BackupException if no system was ever started there */
  DatabaseAddress runningDatabase() {
    var folder = dataFolder();
    if (folder.isEmpty()) {
      return externalAddress();
    }
    try {
      return DatabaseAddress.parse(String.valueOf(StandaloneSettings.kept(folder.get()).get("DATABASE_URL")));
    } catch (LocalServerException e) {
      throw new BackupException("No system was started in " + Command.shown(folder.get()) + ".", e);
    }
  }

  /**
   * The vector store of the system, for reading; empty where the environment does not name it.
   *
   * @throws BackupException if it names it wrongly
   */
  Optional<VectorStoreSettings> index() {
    var folder = dataFolder();
    if (folder.isPresent()) {
      return Optional.of(settings("lucene", StandaloneSettings.index(folder.get())));
    }
    return Stream.of("VECTOR_STORE", "LUCENE_PATH", "QDRANT_URL").noneMatch(it -> variable(it).isPresent())
        ? Optional.empty()
        : Optional
            .of(settings(variable("VECTOR_STORE").orElse(null), variable("LUCENE_PATH").map(Path::of).orElse(null)));
  }

  private VectorStoreSettings settings(@Nullable String kind, @Nullable Path path) {
    try {
      return new VectorStoreSettings(kind, path, true, value("QDRANT_URL", URI::create),
          value("QDRANT_GRPC_PORT", Integer::valueOf), value("QDRANT_API_KEY", Function.identity()), null, null);
    } catch (IllegalArgumentException e) {
      throw new BackupException("The vector store is named wrongly: " + e.getMessage() + ".", e);
    }
  }

  private <T> @Nullable T value(String variable, Function<String, T> reader) {
    return variable(variable).map(reader).orElse(null);
  }

  String topicPrefix() {
    return variable("KAFKA_TOPIC_PREFIX").orElse("selfrag.");
  }
}
