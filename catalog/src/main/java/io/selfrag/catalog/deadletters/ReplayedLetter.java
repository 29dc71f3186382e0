package io.selfrag.catalog.deadletters;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What has become of a letter that was replayed.
 *
 * @param ended whether nothing more is to come
 * @param code why it failed again; null if it did not
 * @param detail of the failure, else the state of its document, null if it is about none
 */
public record ReplayedLetter(UUID id, boolean ended, @Nullable String code, @Nullable String detail) {}
