package io.selfrag.query.operations.letters;

import io.selfrag.schemas.avro.DocumentCommand;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which version of which document a record was about.
 *
 * @param revision null if it is about the document as a whole, or has none yet
 * @param isCommand whether the record is a command, which nothing behind the order has seen
 */
record LetterSubject(UUID tenantId, UUID documentId, @Nullable Long revision, boolean isCommand) {
  /** Null if the record is not about a document. */
  static @Nullable LetterSubject of(SpecificRecord message) {
    if (field(message, "tenantId") instanceof UUID tenant && field(message, "documentId") instanceof UUID document) {
      var revision = field(message, "revision") instanceof Long number ? number : null;
      return new LetterSubject(tenant, document, revision, message instanceof DocumentCommand);
    }
    return null;
  }

  private static @Nullable Object field(SpecificRecord message, String name) {
    var field = message.getSchema().getField(name);
    return field == null ? null : message.get(field.pos());
  }
}
