package io.selfrag.bench.system;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** The child's side of {@link Child}: one answer a command, until the commands end. */
final class CommandLoop {
  private CommandLoop() {}

  static void answer(PrintStream out, String text) {
    out.println(Child.ANSWER + text);
    out.flush();
  }

  /** Everything else that the process prints goes to its log. */
  static PrintStream takeStandardOutput() {
    var out = System.out;
    System.setOut(System.err);
    return out;
  }

  static void run(PrintStream out, Function<String, String> commands) throws IOException {
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String answer;
      try {
        answer = commands.apply(line);
      } catch (RuntimeException e) {
        answer = "failed: " + e;
      }
      answer(out, answer);
    }
  }
}
