package io.selfrag.catalog.intake;

import org.jspecify.annotations.Nullable;

/**
 * Which documents a list shows; null parts do not matter.
 *
 * @param title a part of it, in any case
 */
public record DocumentFilter(@Nullable String status, @Nullable String source, @Nullable String title,
    @Nullable String externalId) {}
