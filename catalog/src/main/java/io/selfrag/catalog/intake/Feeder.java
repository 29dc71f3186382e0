package io.selfrag.catalog.intake;

import io.selfrag.catalog.search.ReaderRights;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who brings documents in. It replaces and removes what it may read, and what it was the last to bring: a connector need not read
 * what it feeds.
 *
 * @param keyId of its API key
 * @param rights null: it reads everything
 */
public record Feeder(UUID keyId, @Nullable ReaderRights rights) {}
