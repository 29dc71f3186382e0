package io.selfrag.standalone.client;

import java.io.PrintWriter;
import java.util.Locale;

/** One line that is redrawn on a terminal, or a plain line now and then elsewhere. Safe for several threads. */
public final class ProgressLine {
  private static final int BAR = 24;
  private static final long PLAIN_EVERY_NANOS = 5_000_000_000L;

  private final PrintWriter out;
  private final Terminal terminal;
  private String last = "";
  private boolean shown;
  private boolean finished;
  private long lastPlain = System.nanoTime() - PLAIN_EVERY_NANOS;

  public ProgressLine(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /**
   * Shows how far it is.
   *
   * @param done of {@code total}; a total of 0 shows no bar
   */
  public synchronized void show(long done, long total, String text) {
    if (finished) {
      return;
    }
    var line = bar(done, total) + text;
    if (terminal.redraws()) {
      var fitting = line.length() < terminal.columns() ? line : line.substring(0, terminal.columns() - 1);
      out.print("\r" + fitting + " ".repeat(Math.max(0, last.length() - fitting.length())));
      out.flush();
      last = fitting;
      shown = true;
    } else {
      if (!line.equals(last) && System.nanoTime() - lastPlain >= PLAIN_EVERY_NANOS) {
        printPlain(line);
      } else {
        shown = shown && line.equals(last);
      }
      last = line;
    }
  }

  private void printPlain(String line) {
    out.println(line);
    out.flush();
    lastPlain = System.nanoTime();
    shown = true;
  }

  /** Leaves the last state standing and shows no more; what is printed next comes below it. */
  public synchronized void finish() {
    if (finished) {
      return;
    }
    finished = true;
    if (terminal.redraws() && shown) {
      out.println();
    } else if (!terminal.redraws() && !shown && !last.isEmpty()) {
      out.println(last);
    }
    out.flush();
  }

  private static String bar(long done, long total) {
    if (total <= 0) {
      return "";
    }
    int filled = (int) Math.min(BAR, BAR * done / total);
    return String.format(Locale.ROOT, "[%s%s] %3d%%  ", "#".repeat(filled), ".".repeat(BAR - filled),
        Math.min(100, 100 * done / total));
  }
}
