package io.selfrag.catalog.search;

import java.util.UUID;

/**
 * A knowledge base as a search sees it.
 *
 * @param generation the generation that queries see
 * @param spec JSON of that generation's processing spec
 * @param config JSON of the knowledge base's configuration
 * @param revision raised by every change of what is visible in it
 * @param isolation the tenant's strategy: partition, collection or auto
 */
public record SearchableKnowledgeBase(UUID id, int generation, String spec, String config, long revision,
    String isolation) {}
