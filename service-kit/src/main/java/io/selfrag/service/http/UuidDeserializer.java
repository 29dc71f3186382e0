package io.selfrag.service.http;

import java.util.UUID;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/** Takes {@link UuidText} only; Jackson's own also takes an empty text, and base64. */
final class UuidDeserializer extends StdScalarDeserializer<UUID> {
  UuidDeserializer() {
    super(UUID.class);
  }

  @Override
  public UUID deserialize(JsonParser parser, DeserializationContext context) {
    if (!parser.hasToken(JsonToken.VALUE_STRING)) {
      return (UUID) context.handleUnexpectedToken(getValueType(context), parser);
    }
    var text = parser.getString();
    return UuidText.isOne(text)
        ? UuidText.parse(text)
        : (UUID) context.handleWeirdStringValue(UUID.class, text, "not a UUID");
  }
}
