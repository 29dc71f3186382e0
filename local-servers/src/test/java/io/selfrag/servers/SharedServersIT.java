package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedServersIT {

  @Test
  void everyDatabaseIsNewAndEmpty() throws Exception {
    PostgresAddress first = SharedServers.freshDatabase();
    PostgresAddress second = SharedServers.freshDatabase();
    try (var connection = DriverManager.getConnection(first.jdbcUrl(), first.user(), first.password());
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (a int)");
    }

    try (var connection = DriverManager.getConnection(second.jdbcUrl(), second.user(), second.password());
        var statement = connection.createStatement();
        var tables = statement.executeQuery("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) {
      tables.next();
      assertThat(tables.getInt(1)).isZero();
    }
  }

  @Test
  void theBrokerPassesRecordsOfNineMebibytes() {
    var large = new byte[9 << 20];
    Topics.create(SharedServers.bootstrapServers(), "large");

    Topics.write(SharedServers.bootstrapServers(), "large", large);

    List<byte[]> read = Topics.read(SharedServers.bootstrapServers(), "large", 1, Duration.ofSeconds(30));
    assertThat(read).containsExactly(large);
  }

  @Test
  void redisAnswersWithItsPasswordOnly() throws Exception {
    try (var redis = new RedisConnection(SharedServers.redisUrl())) {
      redis.ask("SET", "k", "v");

      assertThat(redis.ask("GET", "k")).isEqualTo("v");
    }
    try (var stranger = new RedisConnection("redis://127.0.0.1:" + SharedServers.redis().port())) {
      assertThat(stranger.ask("GET", "k")).startsWith("-NOAUTH");
    }
  }
}
