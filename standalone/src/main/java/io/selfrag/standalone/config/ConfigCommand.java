package io.selfrag.standalone.config;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What concerns settings. */
@Command(name = "config", description = "Look at the settings.", mixinStandardHelpOptions = true, subcommands = ConfigCheckCommand.class)
public final class ConfigCommand implements Callable<Integer> {
  private static final int WRONG_ARGUMENTS = 2;

  @Spec
  private @Nullable CommandSpec spec;

  /** Without a command: says which there are. */
  @Override
  public Integer call() {
    var commandLine = Objects.requireNonNull(spec).commandLine();
    commandLine.usage(commandLine.getErr());
    return WRONG_ARGUMENTS;
  }
}
