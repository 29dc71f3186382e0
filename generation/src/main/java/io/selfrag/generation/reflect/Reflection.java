package io.selfrag.generation.reflect;

import org.jspecify.annotations.Nullable;

/**
 * One verdict of the loop.
 *
 * @param step {@code need, condense, retrieve, screen, grade, rewrite, decompose, sentence} or {@code abstain}
 * @param verdict what was found
 * @param score from 0 to 1, where the verdict rests on one
 * @param detail for a person; a sentence's beginning, a passage's id, a query
 */
public record Reflection(String step, String verdict, @Nullable Double score, String detail) {}
