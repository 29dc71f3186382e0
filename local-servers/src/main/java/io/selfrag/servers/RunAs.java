package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The user as whom a server runs. PostgreSQL refuses to be root; in containers and on rented machines we often are.
 *
 * @param prefix what stands in front of a command
 * @param owner the user who must own the server's files, or -1 if that is us anyway
 */
record RunAs(List<String> prefix, int owner) {
  private static final int NOBODY = 65_534;
  private static final int NO_CHANGE = -1;
  private static final Duration PROBE = Duration.ofSeconds(10);
  private static final List<String> NAMESPACE = List.of("unshare", "-U");
  private static final List<String> OTHER_USER = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY,
      "--clear-groups");

  RunAs {
    prefix = List.copyOf(prefix);
  }

  /** The user who runs this JVM. */
  static RunAs self() {
    return new RunAs(List.of(), NO_CHANGE);
  }

  /**
   * A user whom PostgreSQL accepts: we, or, as root, nobody of a user namespace of our own (files stay root's), or
   * nobody of this machine.
   *
   * @param program PostgreSQL's program, which that user must be able to run
   * @param folder the server's folder, which that user must be able to reach
   */
  static RunAs ordinaryUser(Path program, Path folder) throws IOException {
    if (!isRoot()) {
      return self();
    }
    if (works(NAMESPACE, List.of(program.toString(), "--version"))) {
      return new RunAs(NAMESPACE, 0);
    }
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Folders.letThrough(parent);
    }
    if (parent != null && works(OTHER_USER, List.of(program.toString(), "--version"))
        && works(OTHER_USER, List.of("test", "-x", parent.toString()))) {
      return new RunAs(OTHER_USER, NOBODY);
    }
    throw new LocalServerException("PostgreSQL refuses to run as root, this machine allows no user namespaces, and the"
        + " user nobody cannot reach " + folder + " or " + program
        + ": start as an ordinary user, or put the data into a folder that every user can enter, such as /var/lib.");
  }

  /** Hands the server's folder to this user if it belongs to another. */
  void own(Path folder) throws IOException {
    if (owner != NO_CHANGE) {
      Folders.giveTo(owner, folder);
    }
  }

  private static boolean isRoot() {
    return System.getProperty("user.name", "").equals("root");
  }

  private static boolean works(List<String> prefix, List<String> command) throws IOException {
    var line = Stream.concat(prefix.stream(), command.stream()).toList();
    try {
      Process probe = new ProcessBuilder(line).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      return probe.waitFor(PROBE.toSeconds(), TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException _) {
      return false; // no such program
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalServerException("Looking for a way to run PostgreSQL was interrupted.", e);
    }
  }
}
