package io.selfrag.catalog.ledger;

import java.util.UUID;

/**
 * Something that should not be.
 *
 * @param rule which check found it, such as {@code OPEN_REVISION}
 * @param subject the document, knowledge base or tenant it is about
 */
public record Violation(Invariant invariant, String rule, UUID subject, String detail) {
  @Override
  public String toString() {
    return invariant.label() + " " + rule + " " + subject + ": " + detail;
  }
}
