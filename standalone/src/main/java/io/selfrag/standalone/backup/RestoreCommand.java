package io.selfrag.standalone.backup;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.backup.BackupException;
import io.selfrag.catalog.backup.DatabaseRestore;
import io.selfrag.catalog.intake.RestoredWork;
import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.catalog.reconcile.Reconciliation.Mode;
import io.selfrag.catalog.reconcile.Reconciliations;
import io.selfrag.schemas.AvroCodec;
import io.selfrag.schemas.TopicNames;
import io.selfrag.servers.DataFolderLock;
import io.selfrag.servers.LocalPostgres;
import io.selfrag.servers.LocalServerException;
import io.selfrag.servers.PostgresTuning;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Credentials;
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

/** Brings a backup back into a system that does not run. Files are compared with the manifest before anything is touched. */
@CommandLine.Command(name = "restore", description = "Bring a backup back into an empty system that does not run.", mixinStandardHelpOptions = true)
public final class RestoreCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofHours(1);
  /** What a data folder holds of another past: topics, the order's state, points, cached vectors. */
  private static final List<String> OTHERS = List.of("broker", "streams", "index", "redis");
  private static final List<String> PROOFS = List.of("INCOMPLETE_VERSION", "NOT_AS_ANNOUNCED", "ORPHAN_VECTORS");

  @Mixin
  private Place place = new Place();

  @Spec
  private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "DIR", description = "a backup, or the folder that holds backups, of which the newest is taken")
  private Path from = Path.of("");

  @Option(names = "--force", description = "remove what is there")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    var out = commandLine.getOut();
    try {
      var backup = Files.exists(from.resolve("manifest.json")) ? from : new BackupFolder(from).newest();
      var manifest = Manifest.in(backup);
      DatabaseRestore.verify(manifest.database(), backup);
      var data = place.dataFolder();
      if (data.isEmpty()) {
        restore(backup, manifest, DatabaseAddress.parse(place.externalDatabase().orElseThrow()), out);
        out.println(
            "Start the services with empty topics (another KAFKA_TOPIC_PREFIX if the old brokers are still there)"
                + " and without the chunker's old state; the index is then written anew.");
      } else {
        intoFolder(backup, manifest, data.get(), out);
        out.println(Command.name() + " up" + Command.dataOption(data.get())
            + " starts the system; the index is then written anew.");
      }
      out.flush();
      return 0;
    } catch (BackupException | LocalServerException e) {
      commandLine.getErr().println(e.getMessage());
      return 1;
    }
  }

  private void intoFolder(Path backup, Manifest manifest, Path data, PrintWriter out) throws IOException {
    try (var _ = DataFolderLock.on(data)) {
      var postgres = new LocalPostgres(data.resolve("postgres"), 0, data.resolve("bin"), PostgresTuning.DURABLE);
      postgres.start();
      try {
        restore(backup, manifest, DatabaseAddress.parse(postgres.address().url()), out);
      } finally {
        postgres.stop();
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

  private void restore(Path backup, Manifest manifest, DatabaseAddress address, PrintWriter out) throws IOException {
    var restore = new DatabaseRestore(address, manifest.database(), backup);
    restore.run(force);
    try (var database = new CatalogDatabase(address, "selfrag-restore", 2, LIMIT, LIMIT)) {
      var announced = StoreCalls.get(new RestoredWork(database, new TopicNames(place.topicPrefix()), new AvroCodec())
          .announce(manifest.topicPrefix()), LIMIT);
      StoreCalls.get(new Reconciliations(database).request(UUID.randomUUID(), Mode.REBUILD, null, "restore"), LIMIT);
      prove(new LedgerQueries(database));
      out.println("Restored what was there at " + manifest.createdAt() + ": " + manifest.database().rows("documents")
          + " documents, " + manifest.database().rows("chunks") + " chunks, " + manifest.database().rows("contents")
          + " originals; " + announced.revisions() + " changes that had not ended are sent again.");
      if (announced.lost() > 0) {
        out.println(announced.lost() + " uploads had not ended and their content was not kept: send them again.");
      }
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
