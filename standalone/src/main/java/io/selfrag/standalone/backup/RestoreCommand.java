package io.selfrag.standalone.backup;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.backup.BackupException;
import io.selfrag.catalog.backup.DatabaseRestore;
import io.selfrag.catalog.backup.OlderIndex;
import io.selfrag.catalog.intake.RestoredWork;
import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.catalog.reconcile.Reconciliation.Mode;
import io.selfrag.catalog.reconcile.Reconciliations;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.schemas.TopicNames;
import io.selfrag.servers.DataFolderLock;
import io.selfrag.servers.LocalPostgres;
import io.selfrag.servers.LocalServerException;
import io.selfrag.servers.PostgresTuning;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Credentials;
import io.selfrag.standalone.up.StandaloneSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Brings a backup back into a system that does not run. Files are compared with the manifest before anything is touched. The copy of
 * the index is a little older than the rows: what it lacks is written by the indexer at the next start, what it has too much is
 * deleted, as after any other difference.
 */
@CommandLine.Command(name = "restore", description = "Bring a backup back into an empty system that does not run.", mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofHours(1);
  /** What a data folder holds of another past: topics, the order's state, cached vectors. */
  private static final List<String> OTHERS = List.of("broker", "streams", "redis");
  private static final List<String> PROOFS = List.of("INCOMPLETE_VERSION", "NOT_AS_ANNOUNCED", "ORPHAN_VECTORS");

  @Mixin
  private Place place = new Place();

  @Spec
  private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "a backup, or the folder that holds backups, of which the newest is taken")
  private Path from = Path.of("");

  @Option(names = "--force", description = "remove what is there")
  private boolean force;

  @Option(names = "--no-index", description = "leave the backup's index alone; it is written anew from the rows")
  private boolean noIndex;

  @Option(names = "--only-index", description = "the vector store alone was lost: bring its copy back; the rows stay as they are")
  private boolean onlyIndex;

  @Override
  public Integer call() throws IOException {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    if (noIndex && onlyIndex) {
      throw new CommandLine.ParameterException(commandLine, "Either --no-index or --only-index.");
    }
    var out = commandLine.getOut();
    try {
      var backup = Files.exists(from.resolve("manifest.json")) ? from : new BackupFolder(from).newest();
      var manifest = Manifest.in(backup);
      var data = place.dataFolder();
      try (var index = IndexRestore.of(place.index(), manifest.index(), backup, noIndex)) {
        verify(backup, manifest, index);
        if (data.isEmpty()) {
          restore(backup, manifest, place.externalAddress(), null, index, out);
        } else {
          intoFolder(backup, manifest, data.get(), index, out);
        }
        out.println(advice(data.orElse(null), index));
      }
      out.flush();
      return 0;
    } catch (BackupException | LocalServerException e) {
      commandLine.getErr().println(e.getMessage());
      return 1;
    } catch (SelfRagException e) {
      commandLine.getErr().println(e.detail());
      return 1;
    }
  }

  private void verify(Path backup, Manifest manifest, IndexRestore index) throws IOException {
    if (!onlyIndex) {
      DatabaseRestore.verify(manifest.database(), backup);
    } else if (!index.isUsed()) {
      throw new BackupException(
          index.unused() + " " + Command.name() + " rebuild-index writes the index anew from the rows.", null);
    }
    index.verify();
  }

  private String advice(@Nullable Path data, IndexRestore index) {
    var then = index.isUsed()
        ? "the index is then compared with the rows and set right."
        : "the index is then written anew.";
    if (data != null) {
      return Command.name() + " up" + Command.dataOption(data) + " starts the system; " + then;
    }
    return onlyIndex
        ? "Start the services if they do not run; " + then
        : "Start the services with empty topics (another KAFKA_TOPIC_PREFIX if the old brokers are still there)"
            + " and without the chunker's old state; " + then;
  }

  private void intoFolder(Path backup, Manifest manifest, Path data, IndexRestore index, PrintWriter out)
      throws IOException {
    try (var _ = DataFolderLock.on(data)) {
      var postgres = new LocalPostgres(data.resolve("postgres"), 0, data.resolve("bin"), PostgresTuning.DURABLE);
      postgres.start();
      try {
        restore(backup, manifest, DatabaseAddress.parse(postgres.address().url()), data, index, out);
      } finally {
        postgres.stop();
      }
      if (onlyIndex) {
        return;
      }
      for (String other : OTHERS) {
        BackupFolder.delete(data.resolve(other));
      }
      var credentials = Credentials.in(backup);
      if (credentials.isPresent()) {
        credentials.get().saveIn(data);
      }
    }
  }

  private void restore(Path backup, Manifest manifest, DatabaseAddress address, @Nullable Path data,
      IndexRestore index, PrintWriter out) throws IOException {
    var rows = new DatabaseRestore(address, manifest.database(), backup);
    if (!onlyIndex) {
      rows.requireUsable(force);
    } else if (!rows.hasTenants()) {
      throw new BackupException("The database " + address + " is empty: restore all of the backup.", null);
    }
    index.requireEmpty(force);
    if (data != null) {
      BackupFolder.delete(StandaloneSettings.index(data)); // whatever state it is in
    }
    // First what may still fail: as long as the rows are there, an index can be had from them.
    index.run(onlyIndex);
    if (!onlyIndex) {
      rows.run(force);
    }
    try (var database = new CatalogDatabase(address, "selfrag-restore", 2, LIMIT, LIMIT)) {
      if (!onlyIndex) {
        announce(manifest, database, out);
      }
      if (index.isUsed()) {
        StoreCalls.await(new OlderIndex(database).tidy(index.owners()), LIMIT);
      }
      var mode = index.isUsed() ? Mode.REPAIR : Mode.REBUILD;
      StoreCalls.get(new Reconciliations(database).request(UUID.randomUUID(), mode, null, "restore"), LIMIT);
      if (!onlyIndex) {
        prove(new LedgerQueries(database));
      }
      out.println(index.isUsed() ? index.prove(database) : index.unused());
    }
  }

  private void announce(Manifest manifest, CatalogDatabase database, PrintWriter out) {
    var announced = StoreCalls.get(new RestoredWork(database, new TopicNames(place.topicPrefix()), new AvroCodec())
        .announce(manifest.topicPrefix()), LIMIT);
    out.println("Restored what was there at " + manifest.createdAt() + ": " + manifest.database().rows("documents")
        + " documents, " + manifest.database().rows("chunks") + " chunks, " + manifest.database().rows("contents")
        + " originals; " + announced.revisions() + " changes that had not ended are sent again.");
    if (announced.lost() > 0) {
      out.println(announced.lost() + " uploads had not ended and their content was not kept: send them again.");
    }
  }

  /** Counts were compared table by table; this looks at whether every document that is shown is whole. */
  private static void prove(LedgerQueries ledger) {
    for (String rule : PROOFS) {
      var found = StoreCalls.get(ledger.standing(rule, null, 1), LIMIT);
      if (!found.isEmpty()) {
        throw new BackupException("The backup was restored, but it is not whole: " + found.getFirst() + ".", null);
      }
    }
  }
}
