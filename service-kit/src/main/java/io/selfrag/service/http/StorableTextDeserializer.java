package io.selfrag.service.http;

import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.jdk.StringDeserializer;

/** Takes {@link StorableText} only, so that no field of any body is found out to be none by the database. */
final class StorableTextDeserializer extends StringDeserializer {
  @Override
  public String deserialize(JsonParser parser, DeserializationContext context) {
    var text = super.deserialize(parser, context);
    return text == null || StorableText.isOne(text)
        ? text
        : (String) context.handleWeirdStringValue(String.class, text, "not valid Unicode without NUL");
  }
}
