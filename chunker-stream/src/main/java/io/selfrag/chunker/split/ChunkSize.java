package io.selfrag.chunker.split;

/**
 * How large chunks are.
 *
 * @param limit tokens that no chunk exceeds
 * @param overlap tokens that a chunk repeats of the one before, at most; below the limit
 * @param contextTokens tokens that a chunk's context never exceeds
 */
record ChunkSize(int limit, int overlap, int contextTokens) {}
