package io.selfrag.ingest.bulk;

import io.selfrag.ingest.document.DocumentFields;
import io.selfrag.schemas.ErrorCode;

/** One document of a batch, as far as it could be read. */
public sealed interface Item {
  /** Its line, or its place in the list. */
  long number();

  /** Its fields, not yet checked. */
  record Legible(long number, DocumentFields fields) implements Item {}

  /** It is not a document; why. */
  record Illegible(long number, ErrorCode code, String reason) implements Item {}
}
