package io.selfrag.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.servers.SharedServers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteaArrayIT {
  @Test
  void bytesArriveAsTheyWere() {
    var all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    var rows = List.of(all, new byte[0], new byte[]{'\\', '"', ',', '{', '}', 0});
    var address = DatabaseAddress.parse(SharedServers.freshDatabase().url());
    try (var database = new CatalogDatabase(address, "test", 2, Duration.ofSeconds(10), Duration.ofSeconds(10))) {
      var stored = database.client()
          .sql("select v from unnest(:values::text[]::bytea[]) with ordinality as r(v, position) order by position")
          .bind("values", ByteaArray.of(rows, row -> row)).map(row -> row.get("v", byte[].class)).all().collectList()
          .block(Duration.ofSeconds(10));

      assertThat(stored).containsExactlyElementsOf(rows);
    }
  }
}
