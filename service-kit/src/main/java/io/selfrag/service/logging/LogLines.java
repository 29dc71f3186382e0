package io.selfrag.service.logging;

import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.LayoutBase;
import org.jspecify.annotations.Nullable;

/** A log line as {@code LOG_FORMAT} wants it: plain for people, or JSON for machines. */
public final class LogLines extends LayoutBase<ILoggingEvent> {
  private static final String PLAIN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} %-5level %logger{20} %msg %kvp{NONE}%n%ex";

  private String format = "plain";
  private @Nullable Layout<ILoggingEvent> chosen;

  /** Called by logback; anything but json is plain, for the settings' check names a wrong value where people see it. */
  public void setFormat(String format) {
    this.format = format;
  }

  @Override
  public void start() {
    var layout = "json".equals(format) ? new JsonLines() : plain();
    layout.setContext(getContext());
    layout.start();
    chosen = layout;
    super.start();
  }

  private static PatternLayout plain() {
    var layout = new PatternLayout();
    layout.setPattern(PLAIN);
    layout.getInstanceConverterMap().put("ex", Stacks::new);
    return layout;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    return chosen == null ? "" : chosen.doLayout(event);
  }
}
