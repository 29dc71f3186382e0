package io.selfrag.servers;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Signals that Java cannot send by itself. */
final class Signals {
  private Signals() {}

  /** Sends a signal to those processes that are still there. */
  static void send(String signal, List<ProcessHandle> processes) {
    String pids = processes.stream().filter(ProcessHandle::isAlive).map(each -> Long.toString(each.pid()))
        .collect(Collectors.joining(" "));
    if (pids.isEmpty()) {
      return;
    }
    try {
      // The shell's own kill: slim images have no program of that name.
      new ProcessBuilder("sh", "-c", "kill -" + signal + " " + pids).redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    } catch (IOException e) {
      throw new LocalServerException("The signal " + signal + " could not be sent: " + e.getMessage() + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LocalServerException("Sending a signal was interrupted.", e);
    }
  }
}
