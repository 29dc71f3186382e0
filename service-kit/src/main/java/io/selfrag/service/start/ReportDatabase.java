package io.selfrag.service.start;

import io.selfrag.catalog.CatalogDatabase;

/**
 * The database for lists and reports: a replica, or the one where everything is decided. A replica may be behind, so nothing that
 * decides reads here.
 */
public record ReportDatabase(CatalogDatabase database, boolean isReplica) implements AutoCloseable {
  /** Closes a replica's pool; the other belongs to others. */
  @Override
  public void close() {
    if (isReplica) {
      database.close();
    }
  }
}
