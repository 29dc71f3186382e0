package io.selfrag.standalone.holds;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lets go on. */
@Command(name = "resume", description = "Let a job or a tenant's bulk lane go on.", mixinStandardHelpOptions = true)
public final class ResumeCommand implements Callable<Integer> {
  @Mixin
  private HeldPart part = new HeldPart();

  @Spec
  private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    return part.change("resume", Objects.requireNonNull(spec).commandLine().getOut());
  }
}
