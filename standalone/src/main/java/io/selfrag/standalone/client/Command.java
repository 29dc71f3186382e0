package io.selfrag.standalone.client;

import java.nio.file.Path;

/** The command as a person types it, for advice that can be copied. */
public final class Command {
  private Command() {}

  /** The script, as it was called. */
  public static String name() {
    return System.getProperty("selfrag.command", "./selfrag");
  }

  /** The data folder that is used when none is given. */
  public static Path usualData() {
    return Path.of(System.getProperty("selfrag.home", "")).resolve("data").toAbsolutePath().normalize();
  }

  /** A path as short as it can be written here. */
  public static String shown(Path path) {
    var here = Path.of("").toAbsolutePath();
    var absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(here) && !absolute.equals(here)
        ? here.relativize(absolute).toString()
        : absolute.toString();
  }

  /** A path as a word of a shell's command line that means the same in every folder. */
  public static String quoted(Path path) {
    var word = path.toAbsolutePath().normalize().toString();
    return word.matches("[A-Za-z0-9_./@%+=:,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** The option that names a data folder, with a space in front; empty for the usual one. */
  public static String dataOption(Path data) {
    return data.toAbsolutePath().normalize().equals(usualData()) ? "" : " --data " + quoted(data);
  }
}
