package io.selfrag.catalog.ledger;

/**
 * What was embedded of a chunk.
 *
 * @param context title and headings
 * @param model provider/model/dimension of its vector
 */
public record ChunkSample(String text, String context, String model) {}
