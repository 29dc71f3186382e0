package io.selfrag.standalone.backup;

import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.backup.BackupException;
import io.selfrag.catalog.backup.DatabaseBackup;
import io.selfrag.catalog.backup.DatabaseDump;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Credentials;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Copies PostgreSQL, and with it everything: rows, vectors, originals, keys, the ledger and the outbox, all from one snapshot.
 * Nothing else has to be taken at the same moment. The vector store holds nothing that rows and vectors do not give back; a
 * restore has it written anew, instead of a copy of another moment that would have to be reconciled anyway. The topics hold work
 * that has not ended; the ledger of the snapshot names exactly that work, and a restore sends it again from the stored
 * originals, instead of trusting offsets of a broker that may be gone.
 */
@CommandLine.Command(name = "backup", description = "Copy everything into a folder, while the system runs.", mixinStandardHelpOptions = true)
public final class BackupCommand implements Callable<Integer> {
  @Mixin
  private Place place = new Place();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--to", paramLabel = "DIR", required = true, description = "where backups are kept, each in a folder of its own; on another disk")
  private Path to = Path.of("");

  @Option(names = "--keep", paramLabel = "DAYS", defaultValue = "30", description = "afterwards remove backups older than this (default: ${DEFAULT-VALUE}; 0 keeps all)")
  private int keep;

  @Override
  public Integer call() throws IOException {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    if (keep < 0) {
      throw new CommandLine.ParameterException(commandLine, "--keep must not be negative.");
    }
    var out = commandLine.getOut();
    try {
      var now = Instant.now();
      var folder = new BackupFolder(to);
      var address = DatabaseAddress.parse(place.runningDatabase());
      var unfinished = folder.begin(now);
      DatabaseDump dump;
      try {
        dump = fill(unfinished, address, now);
      } catch (BackupException | IOException e) {
        BackupFolder.delete(unfinished);
        throw e;
      }
      var done = folder.finish(unfinished);
      out.println(Command.shown(done) + ": " + dump.rows("documents") + " documents, " + dump.rows("chunks")
          + " chunks, " + dump.rows("contents") + " originals.");
      if (keep > 0) {
        folder.removeOlderThan(Duration.ofDays(keep), now).forEach(it -> out.println("Removed " + Command.shown(it)));
      }
      out.flush();
      return 0;
    } catch (BackupException e) {
      commandLine.getErr().println(e.getMessage());
      return 1;
    }
  }

  private DatabaseDump fill(Path unfinished, DatabaseAddress address, Instant now) throws IOException {
    var dump = DatabaseBackup.to(address, unfinished);
    place.dataFolder().flatMap(Credentials::in).ifPresent(it -> it.saveIn(unfinished));
    new Manifest(Manifest.FORMAT, now.toString(), place.topicPrefix(), dump).writeTo(unfinished);
    return dump;
  }
}
