package io.selfrag.service.http;

import java.time.Instant;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/** Takes {@link InstantText} only; Jackson's own also takes numbers, and years that no database holds. */
final class InstantDeserializer extends StdScalarDeserializer<Instant> {
  InstantDeserializer() {
    super(Instant.class);
  }

  @Override
  public Instant deserialize(JsonParser parser, DeserializationContext context) {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      return (Instant) context.handleUnexpectedToken(getValueType(context), parser);
    }
    var text = parser.getString();
    try {
      return InstantText.parse(text);
    } catch (IllegalArgumentException e) {
      return (Instant) context.handleWeirdStringValue(Instant.class, text, "%s", String.valueOf(e.getMessage()));
    }
  }
}
