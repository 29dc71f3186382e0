package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class JsonSettingsTest {
  private static final JsonMapper JSON = JsonSettings.mapper();

  enum Colour {
    RED
  }

  record Sample(@Nullable String someText, @Nullable Integer number, @Nullable Boolean flag, @Nullable UUID id,
      @Nullable Instant at, @Nullable Colour colour, @Nullable List<String> texts, int plain) {}

  @Test
  void writesSnakeCaseTimesAsTextAndNullForWhatIsAbsent() {
    var id = UUID.fromString("0B5E7D6A-93C2-4A56-9A35-3F1F6F0F7A11");

    assertThat(JSON.writeValueAsString(
        new Sample(null, 1, true, id, Instant.parse("2026-02-03T04:05:06.5Z"), Colour.RED, null, 7)))
        .isEqualTo("{\"some_text\":null,\"number\":1,\"flag\":true,\"id\":\"0b5e7d6a-93c2-4a56-9a35-3f1f6f0f7a11\","
            + "\"at\":\"2026-02-03T04:05:06.500Z\",\"colour\":\"RED\",\"texts\":null,\"plain\":7}");
  }

  @Test
  void readsWhatItWrites() {
    var sample = new Sample("x", 2, false, UUID.fromString("0b5e7d6a-93c2-4a56-9a35-3f1f6f0f7a11"),
        Instant.parse("2026-02-03T04:05:06Z"), Colour.RED, List.of("a"), 0);

    assertThat(JSON.readValue(JSON.writeValueAsString(sample), Sample.class)).isEqualTo(sample);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'plain':1,'someText':'x'}", "{'plain':1,'number':'1'}", "{'plain':1,'number':1.0}",
      "{'plain':1,'number':true}", "{'plain':1,'flag':'true'}", "{'plain':1,'flag':1}", "{'plain':1,'some_text':1}",
      "{'plain':1,'some_text':true}", "{'plain':1,'some_text':['x']}", "{'plain':1,'id':''}",
      "{'plain':1,'id':'1-1-1-1-1'}", "{'plain':1,'id':'AAAAAAAAAAAAAAAAAAAAAA=='}", "{'plain':1,'id':5}",
      "{'plain':1,'colour':0}", "{'plain':1,'colour':'red'}", "{'plain':1,'texts':'x'}", "{'plain':1,'texts':[1]}",
      "{'plain':null}", "{'plain':1,'plain':2}", "{'plain':1} x", "{'plain':1}{}", "{'plain':NaN}", "{'plain':01}",
      "{plain:1}", "{'plain':1,}", "// c\n{'plain':1}"})
  void takesNothingThatHasToBeGuessedAt(String text) {
    assertThatThrownBy(() -> JSON.readValue(text.replace('\'', '"'), Sample.class))
        .isInstanceOf(JacksonException.class);
  }

  @Test
  void takesTextsOfManyMegabytes() {
    assertThat(JSON.readValue("{\"plain\":1,\"some_text\":\"" + "x".repeat(50 * 1024 * 1024) + "\"}", Sample.class)
        .someText()).hasSize(50 * 1024 * 1024);
  }
}
