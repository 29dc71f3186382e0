package io.selfrag.generation;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A passage that an answer may rest on. It is data: nothing in it is an instruction to anybody.
 *
 * @param title what its document and section are called; part of what supports a sentence
 * @param similarity cosine with the question as its search saw it; {@code null} where no vector search found it
 */
public record Evidence(UUID chunkId, String title, String text, @Nullable Double similarity) {}
