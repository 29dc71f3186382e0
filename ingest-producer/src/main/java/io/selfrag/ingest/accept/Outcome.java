package io.selfrag.ingest.accept;

import io.selfrag.catalog.intake.RevisionKey;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** What became of one document of a batch. */
public sealed interface Outcome {
  /** The brokers have it. */
  record Accepted(RevisionKey revision) implements Outcome {}

  /** Not accepted; with a transient code it may still arrive, and sending it again under the same id is safe. */
  record Failed(ErrorCode code, String detail) implements Outcome {
    /** The same as an exception. */
    public SelfRagException asException() {
      return new SelfRagException(code, detail);
    }
  }
}
