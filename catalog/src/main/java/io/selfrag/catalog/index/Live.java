package io.selfrag.catalog.index;

/** The version of a document that a generation shows. */
public record Live(long revision, int attempt, int chunkCount) {}
