package io.selfrag.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresBinariesIT {

  @TempDir
  Path shared;

  @Test
  void severalWhoUnpackAtOnceShareOneWholeCopy() throws Exception {
    Callable<Path> unpack = () -> PostgresBinaries.unpackedIn(shared);

    List<Path> homes;
    try (var threads = Executors.newFixedThreadPool(2)) {
      homes = threads.invokeAll(List.of(unpack, unpack)).stream().map(Future::resultNow).toList();
    }

    assertThat(homes).containsOnly(homes.getFirst());
    assertThat(homes.getFirst().resolve("bin/postgres")).isExecutable();
    try (var left = Files.list(shared)) {
      assertThat(left).containsExactly(homes.getFirst());
    }
  }
}
