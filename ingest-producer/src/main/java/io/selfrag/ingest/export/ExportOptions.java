package io.selfrag.ingest.export;

/**
 * What an export holds beside documents, rights and text.
 *
 * @param chunks with their places
 * @param vectors of the chunks
 * @param originals the bytes as they were sent
 * @param sameIds documents without an external id name their own id, to be sent to the same knowledge base again; else their id
 *     becomes their external id, so that any other takes them
 */
public record ExportOptions(boolean chunks, boolean vectors, boolean originals, boolean sameIds) {}
