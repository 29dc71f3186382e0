package io.selfrag.standalone.ingest;

import io.selfrag.servers.FileProblem;
import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a knowledge base down as lines that the bulk route takes. A file that is there is replaced once the new one is whole. */
@CommandLine.Command(name = "export", description = "Write a knowledge base into a file, a JSON line for each document.", mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {
  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Option(names = "--to", paramLabel = "FILE", required = true, description = "the file to write")
  private Path to = Path.of("");

  @Option(names = "--no-chunks", description = "documents with their text and rights alone")
  private boolean noChunks;

  @Option(names = "--vectors", description = "the vectors of the chunks too")
  private boolean vectors;

  @Option(names = "--originals", description = "the bytes as they were sent too")
  private boolean originals;

  @Option(names = "--same-ids", description = "for the same knowledge base again, and not for another")
  private boolean sameIds;

  @Override
  public Integer call() {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    var file = to.toAbsolutePath().normalize();
    var unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
    try (var api = target.tenant()) {
      long documents = write(api, unfinished, file);
      commandLine.getOut().println(documents + " documents are in " + Command.shown(file) + ".");
      commandLine.getOut().flush();
      return 0;
    } catch (IOException e) {
      commandLine.getErr().println(Command.shown(file) + " cannot be written: " + FileProblem.of(e) + ".");
      return 1;
    }
  }

  /** Returns how many documents there were. What could not be finished is not left behind. */
  private long write(ApiClient api, Path unfinished, Path file) throws IOException {
    try {
      try (var out = Files.newOutputStream(unfinished)) {
        api.download("/v1/knowledge-bases/" + target.knowledgeBase() + "/documents/export?chunks=" + !noChunks
            + "&vectors=" + vectors + "&originals=" + originals + "&same_ids=" + sameIds, out);
      }
      long documents;
      try (var lines = Files.lines(unfinished)) {
        documents = lines.count();
      }
      Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
      return documents;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
