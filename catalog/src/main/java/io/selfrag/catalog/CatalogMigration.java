package io.selfrag.catalog;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the schema up to date. Idempotent, and safe when several services start at once (Flyway locks). */
public final class CatalogMigration {
  private CatalogMigration() {}

  /**
   * Applies what is missing of {@code db/migration}.
   *
   * @throws SelfRagException {@code STORE_UNAVAILABLE} if the database is away or its schema cannot be migrated
   */
  public static void migrate(DatabaseAddress address) {
    try {
      Flyway.configure(CatalogMigration.class.getClassLoader())
          .dataSource(address.jdbcUrl(), address.user(), address.password()).locations("classpath:db/migration")
          .connectRetries(10).connectRetriesInterval(3).load().migrate();
    } catch (FlywayException e) {
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the database schema could not be brought up to date", e);
    }
  }
}
