package io.selfrag.query.operations;

/** A partition of a topic. */
public record Spot(String topic, int partition) {}
