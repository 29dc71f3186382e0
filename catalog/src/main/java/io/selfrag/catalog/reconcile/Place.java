package io.selfrag.catalog.reconcile;

import java.util.UUID;

/**
 * How far the work has come: everything up to and with this is done.
 *
 * @param collection of the vector store while points are gone through, the rule while the ledger is; empty before
 * @param id a document's while rows are gone through, a point's afterwards
 */
public record Place(String collection, UUID tenantId, UUID knowledgeBaseId, UUID id) {
  private static final UUID LOWEST = new UUID(0, 0);

  /** Before everything. */
  public static final Place START = new Place("", LOWEST, LOWEST, LOWEST);
}
