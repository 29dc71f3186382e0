package io.selfrag.catalog.search;

import org.jspecify.annotations.Nullable;

/**
 * How a document stands, for the explanation why a search does not show it.
 *
 * @param stage the last step of the newest version; null if nothing is known of it
 * @param errorCode why the newest version failed; null if it did not
 * @param deleted whether it was deleted and nothing came after
 * @param live whether a version of it is live
 */
public record DocumentStanding(String processingStatus, @Nullable String stage, @Nullable String errorCode,
    boolean deleted, boolean live) {}
