package io.selfrag.catalog.outbox;

/**
 * An outbox row.
 *
 * @param id rises; the order in which records are relayed
 */
public record StoredRecord(long id, OutboxRecord message) {}
