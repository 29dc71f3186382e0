package io.selfrag.catalog.index;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;

/** Binds versions as arrays, one statement for any number of them. */
final class VersionArrays {
  /** To be joined; the columns are those of {@link Version}. */
  static final String TABLE = """
      unnest(:tenants::uuid[], :bases::uuid[], :documents::uuid[], :generations::int[], :revisions::bigint[], :attempts::int[])
        as wanted(tenant_id, knowledge_base_id, document_id, generation, revision, attempt)
      """;

  private VersionArrays() {}

  static GenericExecuteSpec bind(GenericExecuteSpec statement, Collection<Version> versions) {
    return bindInOrder(statement, versions.stream().sorted(Version.ORDER).toList());
  }

  /** In the given order, for statements with further columns beside them. */
  static GenericExecuteSpec bindInOrder(GenericExecuteSpec statement, List<Version> sorted) {
    return statement.bind("tenants", sorted.stream().map(Version::tenantId).toArray(UUID[]::new))
        .bind("bases", sorted.stream().map(Version::knowledgeBaseId).toArray(UUID[]::new))
        .bind("documents", sorted.stream().map(Version::documentId).toArray(UUID[]::new))
        .bind("generations", sorted.stream().map(Version::generation).toArray(Integer[]::new))
        .bind("revisions", sorted.stream().map(Version::revision).toArray(Long[]::new))
        .bind("attempts", sorted.stream().map(Version::attempt).toArray(Integer[]::new));
  }

  static Version version(Readable row) {
    return new Version(Columns.uuid(row, "tenant_id"), Columns.uuid(row, "knowledge_base_id"),
        Columns.uuid(row, "document_id"), Columns.integer(row, "generation"), Columns.bigint(row, "revision"),
        Columns.integer(row, "attempt"));
  }
}
