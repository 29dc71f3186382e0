package io.selfrag.catalog.isolation;

import io.selfrag.catalog.isolation.Migration.State;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The next piece of a migration, taken by one sweeper.
 *
 * @param read where queries look now
 * @param target where the points will be in the end
 * @param collection the shared collection of the model that this state has come to; {@code null} at its beginning
 * @param cursor the last point that is done there; {@code null} at its beginning
 * @param pass which time this state goes through all, from 0
 * @param mended what this pass had to mend so far
 * @param claim of whoever took it last
 */
public record MigrationStep(UUID tenantId, Place read, Place target, State state, @Nullable String collection,
    @Nullable UUID cursor, int pass, long mended, long claim) {}
