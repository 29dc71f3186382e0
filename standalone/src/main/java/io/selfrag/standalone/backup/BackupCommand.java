package io.selfrag.standalone.backup;

import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.backup.BackupException;
import io.selfrag.catalog.backup.DatabaseBackup;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Credentials;
import io.selfrag.vectorstore.settings.IndexCopies;
import io.selfrag.vectorstore.settings.VectorStoreSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Copies the index, then PostgreSQL, and with it everything: rows, vectors, originals, keys, the ledger and the outbox, all from one
 * snapshot. The rows decide what there is, so that the index may be of another moment; it is copied before them, so that it holds no
 * version that they do not know, and a comparison sets right all that came between. The topics hold work that has not ended; the
 * ledger of the snapshot names exactly that work, and a restore sends it again from the stored originals, instead of trusting
 * offsets of a broker that may be gone.
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

  @Option(names = "--no-index", description = "leave the index out; a restore writes it anew from the rows")
  private boolean noIndex;

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
      var address = place.runningDatabase();
      var index = noIndex ? Optional.<VectorStoreSettings>empty() : place.index();
      var unfinished = folder.begin(now);
      Manifest manifest;
      try {
        manifest = fill(unfinished, address, index, now);
      } catch (RuntimeException | IOException e) {
        BackupFolder.delete(unfinished);
        throw e;
      }
      var done = folder.finish(unfinished);
      out.println(Command.shown(done) + ": " + manifest.database().rows("documents") + " documents, "
          + manifest.database().rows("chunks") + " chunks, " + manifest.database().rows("contents") + " originals; "
          + said(manifest));
      if (keep > 0) {
        folder.removeOlderThan(Duration.ofDays(keep), now).forEach(it -> out.println("Removed " + Command.shown(it)));
      }
      out.flush();
      return 0;
    } catch (BackupException e) {
      commandLine.getErr().println(e.getMessage());
      return 1;
    } catch (SelfRagException e) {
      commandLine.getErr().println(e.detail() + " Nothing was backed up; --no-index leaves the index out.");
      return 1;
    }
  }

  private String said(Manifest manifest) {
    var index = manifest.index();
    if (index != null) {
      return "index of " + index.collections().size() + " collections, " + index.points() + " points.";
    }
    return noIndex
        ? "no index."
        : "no index: name it as the services have it (QDRANT_URL, or VECTOR_STORE and LUCENE_PATH).";
  }

  private Manifest fill(Path unfinished, DatabaseAddress address, Optional<VectorStoreSettings> index, Instant now)
      throws IOException {
    IndexDump copied = null;
    if (index.isPresent()) {
      try (var store = IndexCopies.open(index.get())) {
        copied = IndexDump.take(store, unfinished);
      }
    }
    var dump = DatabaseBackup.to(address, unfinished);
    place.dataFolder().flatMap(Credentials::in).ifPresent(it -> it.saveIn(unfinished));
    var manifest = new Manifest(Manifest.FORMAT, now.toString(), place.topicPrefix(), dump, copied);
    manifest.writeTo(unfinished);
    return manifest;
  }
}
