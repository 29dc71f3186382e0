package io.selfrag.standalone.backup;

import io.selfrag.catalog.backup.BackupException;
import io.selfrag.servers.LocalServerException;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.up.StandaloneSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which database is meant: a data folder's, or that of the environment. */
final class Place {
  @Option(names = "--data", paramLabel = "DIR", defaultValue = "${env:SELFRAG_DATA}", description = "data folder of a system on this machine; default: data, beside this script, unless the environment has DATABASE_URL (SELFRAG_DATA)")
  private @Nullable Path data;

  /** The folder, unless the environment names a database and no folder was given. */
  Optional<Path> dataFolder() {
    return data == null && externalDatabase().isPresent()
        ? Optional.empty()
        : Optional.of((data == null ? Command.usualData() : data).toAbsolutePath().normalize());
  }

  /** The URL of a database that is there already. */
  Optional<String> externalDatabase() {
    return Optional.ofNullable(System.getenv("DATABASE_URL")).filter(it -> !it.isBlank());
  }

  /** @throws BackupException if no system was ever started there */
  String runningDatabase() {
    var folder = dataFolder();
    if (folder.isEmpty()) {
      return externalDatabase().orElseThrow();
    }
    try {
      return String.valueOf(StandaloneSettings.kept(folder.get()).get("DATABASE_URL"));
    } catch (LocalServerException e) {
      throw new BackupException("No system was started in " + Command.shown(folder.get()) + ".", e);
    }
  }

  String topicPrefix() {
    return Optional.ofNullable(System.getenv("KAFKA_TOPIC_PREFIX")).filter(it -> !it.isBlank()).orElse("selfrag.");
  }
}
