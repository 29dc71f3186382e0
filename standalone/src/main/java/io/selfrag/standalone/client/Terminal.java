package io.selfrag.standalone.client;

/**
 * What is known of the place that standard output goes to. The {@code selfrag} script looks, since Java tells a terminal
 * only where standard input is one as well.
 *
 * @param columns of the terminal, or 0 where output goes to a file or a pipe
 */
public record Terminal(int columns) {
  private static final int USUAL = 80;

  /** This process's: what the script saw, or else a guess. */
  @SuppressWarnings("SystemConsoleNull") // From 22 to 24 there always was one; since 25 it is null again.
  public static Terminal ofProcess() {
    var told = System.getProperty("selfrag.columns");
    if (told == null) {
      var console = System.console();
      return new Terminal(console != null && console.isTerminal() ? USUAL : 0);
    }
    return new Terminal(told.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(told) : 0);
  }

  /** Whether a line can be drawn again in its place. */
  boolean redraws() {
    return columns > 0;
  }
}
