package io.selfrag.catalog;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.Arrays;
import java.util.Comparator;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** Brings the schema up to date. Idempotent, and safe when several services start at once (Flyway locks). */
public final class CatalogMigration {
  private CatalogMigration() {}

  /**
   * Applies what is missing of {@code db/migration}. A newer schema is left alone: while versions are being rolled out or
   * back, services of both meet it.
   *
   * @throws SelfRagException {@code STORE_UNAVAILABLE} if the database is away or its schema cannot be migrated
   */
  public static void migrate(DatabaseAddress address) {
    try {
      flyway(address).migrate();
    } catch (FlywayException e) {
      throw failure(e);
    }
  }

  /**
   * The same for a database that belongs to one installation alone, whose version only ever goes up.
   *
   * @throws NewerDatabaseException if a newer version was here before; nothing is changed
   */
  public static void migrateUnlessNewer(DatabaseAddress address) {
    try {
      var flyway = flyway(address);
      var all = flyway.info().all();
      var future = Arrays.stream(all).filter(it -> it.getState() == MigrationState.FUTURE_SUCCESS)
          .max(Comparator.comparing(MigrationInfo::getVersion));
      if (future.isPresent()) {
        var ours = Arrays.stream(all).filter(it -> it.getState() != MigrationState.FUTURE_SUCCESS)
            .max(Comparator.comparing(MigrationInfo::getVersion)).map(it -> it.getVersion().toString()).orElse("none");
        throw new NewerDatabaseException(future.get().getVersion().toString(), ours);
      }
      flyway.migrate();
    } catch (FlywayException e) {
      throw failure(e);
    }
  }

  /** Whether this version has a migration of this version of the schema. */
  public static boolean knows(DatabaseAddress address, String version) {
    try {
      return Arrays.stream(flyway(address).info().all()).anyMatch(it -> it.getVersion() != null
          && it.getVersion().toString().equals(version) && it.getState() != MigrationState.FUTURE_SUCCESS);
    } catch (FlywayException e) {
      throw failure(e);
    }
  }

  /**
   * Removes everything that is in the schema and makes it as it was at a version, for a restore.
   *
   * @param version of a migration that this version knows
   * @throws SelfRagException {@code STORE_UNAVAILABLE} if the database is away or its schema cannot be migrated
   */
  public static void anew(DatabaseAddress address, String version) {
    try {
      var flyway = configured(address).cleanDisabled(false).target(version).load();
      flyway.clean();
      flyway.migrate();
    } catch (FlywayException e) {
      throw failure(e);
    }
  }

  private static Flyway flyway(DatabaseAddress address) {
    return configured(address).load();
  }

  private static FluentConfiguration configured(DatabaseAddress address) {
    return Flyway.configure(CatalogMigration.class.getClassLoader())
        .dataSource(address.jdbcUrl(), address.user(), address.password()).locations("classpath:db/migration")
        .connectRetries(10).connectRetriesInterval(3);
  }

  private static SelfRagException failure(FlywayException cause) {
    return new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the database schema could not be brought up to date",
        cause);
  }
}
