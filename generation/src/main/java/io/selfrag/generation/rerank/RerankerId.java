package io.selfrag.generation.rerank;

/**
 * Which model puts passages in order.
 *
 * @param provider {@code llm}, {@code http} or {@code late_interaction}
 * @param model the provider's name of the model
 */
public record RerankerId(String provider, String model) {}
