package io.selfrag.ingest.bulk;

import io.selfrag.ingest.document.DocumentFields;
import io.selfrag.schemas.ErrorCode;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/** Reads documents from JSON; what cannot be read is an item that says so. */
public final class ItemReader {
  private final JsonMapper json;

  public ItemReader(JsonMapper json) {
    this.json = json;
  }

  Item read(Line line) {
    return switch (line) {
      case Line.TooLong it -> new Item.Illegible(it.number(), ErrorCode.PAYLOAD_TOO_LARGE, "the line is too long");
      case Line.Text it -> read(it);
    };
  }

  private Item read(Line.Text line) {
    try {
      DocumentFields fields = json.readValue(line.bytes(), DocumentFields.class);
      return item(line.number(), fields);
    } catch (JacksonException e) {
      return new Item.Illegible(line.number(), ErrorCode.VALIDATION_ERROR, reason(e));
    }
  }

  /** An element of a list. */
  public Item read(long number, JsonNode node) {
    try {
      return item(number, json.treeToValue(node, DocumentFields.class));
    } catch (JacksonException e) {
      return new Item.Illegible(number, ErrorCode.VALIDATION_ERROR, reason(e));
    }
  }

  @SuppressWarnings("NullAway") // Jackson gives null for a JSON null.
  private static Item item(long number, DocumentFields fields) {
    return fields == null
        ? new Item.Illegible(number, ErrorCode.VALIDATION_ERROR, "must be an object")
        : new Item.Legible(number, fields);
  }

  private static String reason(JacksonException failure) {
    var path = failure.getPath().isEmpty() ? "" : String.valueOf(failure.getPath().getFirst().getPropertyName()) + ": ";
    return switch (failure) {
      case UnrecognizedPropertyException it -> path + "unknown field";
      case StreamReadException it -> "is not valid JSON";
      default -> path + "has a wrong type or a value that is not allowed";
    };
  }
}
