package io.selfrag.catalog.intake;

import io.selfrag.schemas.ErrorCode;

/** What became of a draft. */
public sealed interface Acceptance {
  /** The draft in question. */
  DocumentDraft draft();

  /**
   * Its row is {@code accepting}: to be sent, then confirmed.
   *
   * @param deletedRevision the newest delete before it, 0 if none: its command waits in the outbox and may come later
   */
  record Accepted(DocumentDraft draft, long revision, long deletedRevision) implements Acceptance {}

  /** Nothing was kept of it. */
  record Refused(DocumentDraft draft, ErrorCode code, String detail) implements Acceptance {}
}
