package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PostgresAddressTest {
  private static final PostgresAddress ADDRESS = new PostgresAddress("127.0.0.1", 5432, "kb", "me", "secret");

  @Test
  void eachKindOfClientGetsItsForm() {
    assertThat(ADDRESS.jdbcUrl()).isEqualTo("jdbc:postgresql://127.0.0.1:5432/kb");
    assertThat(ADDRESS.r2dbcUrl()).isEqualTo("r2dbc:postgresql://127.0.0.1:5432/kb");
    assertThat(ADDRESS.url()).isEqualTo("postgresql://me:secret@127.0.0.1:5432/kb");
  }

  @Test
  void thePasswordStaysOutOfLogs() {
    assertThat(ADDRESS).asString().doesNotContain("secret");
  }
}
