package io.selfrag.standalone.letters;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.Target;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What the pipeline gave up. Without a command of its own: lists it. */
@Command(name = "dead-letters", description = "List what the pipeline gave up, show one of it, or try it again.", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "[COMMAND]", subcommands = {
    ListLetters.class, ShowLetter.class, ReplayLetters.class})
public final class DeadLettersCommand implements Callable<Integer> {
  @Mixin
  private Target target = new Target();

  @Spec
  private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    return new ListLetters().list(this);
  }

  ApiClient operator() {
    return target.operator();
  }

  String dataOption() {
    return target.dataOption();
  }

  PrintWriter out() {
    return Objects.requireNonNull(spec).commandLine().getOut();
  }
}
