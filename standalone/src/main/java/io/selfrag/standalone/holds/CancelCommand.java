package io.selfrag.standalone.holds;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Ends. */
@Command(name = "cancel", description = "End what of a job or of a tenant's bulk lane has not ended; those documents become interrupted.", mixinStandardHelpOptions = true)
public final class CancelCommand implements Callable<Integer> {
  @Mixin
  private HeldPart part = new HeldPart();

  @Spec
  private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    return part.change("cancel", Objects.requireNonNull(spec).commandLine().getOut());
  }
}
