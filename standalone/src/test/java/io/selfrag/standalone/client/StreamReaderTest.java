package io.selfrag.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamReaderTest {
  private final List<StreamEvent> events = new ArrayList<>();
  private final StreamReader reader = new StreamReader(events::add);

  @Test
  void eventsAreReadAsTheirSpecificationHasIt() {
    read(":heartbeat", "", "event:content", "data:  two spaces", "", "event: done", "data:{", "data:}", "id:7", "", "",
        "event:cut", "data:off");

    assertThat(events).containsExactly(new StreamEvent("content", " two spaces"), new StreamEvent("done", "{\n}"));
  }

  @Test
  void anErrorIsAFailureInOneSentence() {
    assertThatThrownBy(() -> read("event:error", "data:{\"code\":\"MODEL_UNAVAILABLE\",\"detail\":\"gone\"}", ""))
        .isInstanceOf(ApiFailure.class).hasMessage("The answer ended early: gone (MODEL_UNAVAILABLE).");
  }

  private void read(String... lines) {
    List.of(lines).forEach(reader::line);
  }
}
