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
    var line = new ProgressLine(out, true);

    line.show(1, 4, "long text");
    line.show(4, 4, "short");
    line.finish();

    assertThat(written.toString()).contains("\r[######..................]  25%  long text")
        .contains("\r[########################] 100%  short    ").doesNotContain("text\n");
  }

  @Test
  void elsewhereLinesArePlainAndFew() {
    var line = new ProgressLine(out, false);

    for (int i = 0; i <= 100; i++) {
      line.show(i, 100, "sent " + i);
    }
    line.finish();

    assertThat(written.toString().lines()).hasSize(2).last().asString().endsWith("sent 100");
    assertThat(written.toString()).doesNotContain("\r");
  }
}
