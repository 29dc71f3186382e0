package io.selfrag.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.servers.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseHangsIT {
  private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir
  private Path folder;

  @Test
  void aStatementThatTheServerNeitherAnswersNorEndsIsGivenUp() {
    var postgres = SharedServers.ownPostgres(folder);
    postgres.start();
    try (var database = new CatalogDatabase(DatabaseAddress.parse(postgres.address().url()), "test", 2,
        Duration.ofSeconds(5), STATEMENT_LIMIT)) {
      database.ping().block(PATIENCE);
      postgres.pause();

      assertThatThrownBy(() -> database.ping().block(PATIENCE)).isInstanceOfSatisfying(SelfRagException.class,
          it -> assertThat(it.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));

      postgres.resume();
      database.ping().block(PATIENCE);
      postgres.pause();

      assertThatThrownBy(() -> database.client().sql("select :n::int").bind("n", 1).mapValue(Integer.class).one()
          .onErrorMap(StoreFailures::translate).block(PATIENCE)).as("with parameters").isInstanceOfSatisfying(
              SelfRagException.class, it -> assertThat(it.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));

      postgres.resume();
      database.ping().block(PATIENCE);
    } finally {
      postgres.stop();
    }
  }
}
