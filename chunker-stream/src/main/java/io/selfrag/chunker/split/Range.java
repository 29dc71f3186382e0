package io.selfrag.chunker.split;

/** A stretch of text, end exclusive. */
record Range(int start, int end) {}
