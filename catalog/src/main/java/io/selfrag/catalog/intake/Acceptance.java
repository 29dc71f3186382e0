package io.selfrag.catalog.intake;

import io.selfrag.schemas.ErrorCode;

/** What became of a draft. */
public sealed interface Acceptance {
  /** The draft in question. */
  DocumentDraft draft();

  /** Its row is {@code accepting}: to be sent, then confirmed. */
  record Accepted(DocumentDraft draft, long revision) implements Acceptance {}

  /** Nothing was kept of it. */
  record Refused(DocumentDraft draft, ErrorCode code, String detail) implements Acceptance {}
}
