package io.selfrag.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final StringWriter written = new StringWriter();
  private final PrintWriter out = new PrintWriter(written);

  @Test
  void aTerminalSeesOneLineRedrawn() {
    var line = new ProgressLine(out, new Terminal(80));

    line.show(1, 4, "long text");
    line.show(4, 4, "short");
    line.finish();

    assertThat(written.toString()).contains("\r[######..................]  25%  long text")
        .contains("\r[########################] 100%  short    ").doesNotContain("text\n").endsWith("\n");
  }

  @Test
  void aLineIsCutToTheTerminalForOneThatWrapsCannotBeRedrawn() {
    var line = new ProgressLine(out, new Terminal(40));

    line.show(1, 4, "a text that is too long for this");

    assertThat(written.toString()).startsWith("\r[######..................]  25%  a ").hasSize("\r".length() + 39);
  }

  @Test
  void elsewhereLinesArePlainAndFew() {
    var line = new ProgressLine(out, new Terminal(0));

    for (int i = 0; i <= 100; i++) {
      line.show(i, 100, "sent " + i);
    }
    line.finish();

    assertThat(written.toString().lines()).hasSize(2).last().asString().endsWith("sent 100");
    assertThat(written.toString()).doesNotContain("\r");
  }

  @Test
  void theLastLineIsNotRepeated() {
    var line = new ProgressLine(out, new Terminal(0));

    line.show(1, 1, "all");
    line.show(1, 1, "all");
    line.finish();

    assertThat(written.toString().lines()).hasSize(1);
  }

  @Test
  void nothingIsShownOnceItIsFinished() {
    var line = new ProgressLine(out, new Terminal(80));
    line.show(1, 2, "one");
    line.finish();
    var before = written.toString();

    line.show(2, 2, "two");
    line.finish();

    assertThat(written.toString()).isEqualTo(before);
  }
}
