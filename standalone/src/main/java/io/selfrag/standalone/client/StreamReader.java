package io.selfrag.standalone.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.json.JsonMapper;

/** Puts lines together to server-sent events; an {@code error} event is a failure. */
final class StreamReader {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Consumer<StreamEvent> events;
  private final List<String> data = new ArrayList<>();
  private String name = "";

  StreamReader(Consumer<StreamEvent> events) {
    this.events = events;
  }

  /** Takes the next line. Comments, ids and what else there may be are passed over. */
  void line(String line) {
    if (line.isEmpty()) {
      end();
    } else if (line.startsWith("event:")) {
      name = value(line);
    } else if (line.startsWith("data:")) {
      data.add(value(line));
    }
  }

  /** One space behind the colon is no part of the value. */
  private static String value(String line) {
    var value = line.substring(line.indexOf(':') + 1);
    return value.startsWith(" ") ? value.substring(1) : value;
  }

  private void end() {
    if (!data.isEmpty()) {
      var event = new StreamEvent(name, String.join("\n", data));
      data.clear();
      if (name.equals("error")) {
        var problem = JSON.readTree(event.data());
        throw new ApiFailure(0, "The answer ended early: " + problem.path("detail").asString("") + " ("
            + problem.path("code").asString("") + ").");
      }
      events.accept(event);
    }
    name = "";
  }
}
