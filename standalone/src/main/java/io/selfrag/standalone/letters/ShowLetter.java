package io.selfrag.standalone.letters;

import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** One dead letter with its headers; never the record itself, which may be a document. */
@Command(name = "show", description = "Show one with cause and headers.", mixinStandardHelpOptions = true)
final class ShowLetter implements Callable<Integer> {
  @ParentCommand
  private @Nullable DeadLettersCommand parent;

  @Parameters(paramLabel = "ID", description = "as the list names it")
  private @Nullable UUID id;

  @Override
  public Integer call() {
    var command = Objects.requireNonNull(parent);
    try (var api = command.operator()) {
      command.out().println(api.get("/admin/dead-letters/" + id).toPrettyString());
      command.out().flush();
    }
    return 0;
  }
}
