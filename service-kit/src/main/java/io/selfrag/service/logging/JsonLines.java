package io.selfrag.service.logging;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.util.LinkedHashMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON object a line: {@code timestamp, level, logger, message}, then the line's own data ({@code request_id, tenant_id,
 * duration_ms, results_count} among it), then the stack of a failure, or of an
 * outage the causes alone. Data of the line wins over what the thread carries.
 */
public final class JsonLines extends LayoutBase<ILoggingEvent> {
  private final JsonMapper json = new JsonMapper();
  private final ThrowableProxyConverter stacks = new ThrowableProxyConverter();

  @Override
  public void start() {
    stacks.start();
    super.start();
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    var line = new LinkedHashMap<String, Object>();
    line.put("timestamp", event.getInstant().toString());
    line.put("level", event.getLevel().toString());
    line.put("logger", event.getLoggerName());
    line.put("message", event.getFormattedMessage());
    line.put("thread", event.getThreadName());
    event.getMDCPropertyMap().forEach((name, value) -> {
      if (!value.isEmpty()) {
        line.put(name, value);
      }
    });
    var pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(it -> line.put(it.key, it.value instanceof Number || it.value instanceof Boolean
          ? it.value
          : String.valueOf(it.value)));
    }
    if (event.getThrowableProxy() != null) {
      if (Stacks.isBrief(event)) {
        line.put("cause", Stacks.causes(event));
      } else {
        line.put("stack", stacks.convert(event));
      }
    }
    return json.writeValueAsString(line) + System.lineSeparator();
  }
}
