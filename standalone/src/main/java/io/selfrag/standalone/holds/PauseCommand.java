package io.selfrag.standalone.holds;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Holds back. */
@Command(name = "pause", description = "Hold a job or a tenant's bulk lane back; what is cut into chunks already is finished.", mixinStandardHelpOptions = true)
public final class PauseCommand implements Callable<Integer> {
  @Mixin
  private HeldPart part = new HeldPart();

  @Spec
  private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    return part.change("pause", Objects.requireNonNull(spec).commandLine().getOut());
  }
}
