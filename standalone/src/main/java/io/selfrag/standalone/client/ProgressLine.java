package io.selfrag.standalone.client;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Objects;

/** One line that is redrawn on a terminal, or a plain line now and then elsewhere. For one thread. */
public final class ProgressLine {
  private static final int BAR = 24;
  private static final long PLAIN_EVERY_NANOS = 5_000_000_000L;

  private final PrintWriter out;
  private final boolean terminal;
  private String last = "";
  private long lastPlain = System.nanoTime() - PLAIN_EVERY_NANOS;

  /** @param terminal whether the output understands a carriage return */
  public ProgressLine(PrintWriter out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** A line on the process's terminal, if it has one. */
  public static ProgressLine on(PrintWriter out) {
    return new ProgressLine(out, isTerminal());
  }

  /**
   * Shows how far it is.
   *
   * @param done of {@code total}; a total of 0 shows no bar
   */
  public void show(long done, long total, String text) {
    var line = bar(done, total) + text;
    if (terminal) {
      out.print("\r" + line + " ".repeat(Math.max(0, last.length() - line.length())));
      out.flush();
    } else if (!line.equals(last) && System.nanoTime() - lastPlain >= PLAIN_EVERY_NANOS) {
      out.println(line);
      out.flush();
      lastPlain = System.nanoTime();
    }
    last = line;
  }

  /** Leaves the last state standing and goes on below it. */
  public void finish() {
    if (terminal) {
      out.println();
    } else if (!last.isEmpty()) {
      out.println(last);
    }
    out.flush();
  }

  private static boolean isTerminal() {
    return Objects.requireNonNull(System.console()).isTerminal();
  }

  private static String bar(long done, long total) {
    if (total <= 0) {
      return "";
    }
    int filled = (int) Math.min(BAR, BAR * done / total);
    return String.format(Locale.ROOT, "[%s%s] %3d%%  ", "#".repeat(filled), ".".repeat(BAR - filled),
        100 * done / total);
  }
}
