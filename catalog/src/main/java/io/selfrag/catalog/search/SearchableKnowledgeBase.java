package io.selfrag.catalog.search;

import io.selfrag.catalog.isolation.Place;
import java.util.UUID;

/**
 * A knowledge base as a search sees it.
 *
 * @param generation the generation that queries see
 * @param spec JSON of that generation's processing spec
 * @param config JSON of the knowledge base's configuration
 * @param revision raised by every change of what is visible in it
 * @param place where the tenant's points are to be looked for
 */
public record SearchableKnowledgeBase(UUID id, int generation, String spec, String config, long revision,
    Place place) {}
