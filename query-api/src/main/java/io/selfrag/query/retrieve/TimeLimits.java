package io.selfrag.query.retrieve;

import java.time.Duration;

/**
 * How long one step of a retrieval may take before the caller is told that something is away.
 *
 * @param embed embedding the question by one model
 * @param search one search of one collection
 */
public record TimeLimits(Duration embed, Duration search) {}
