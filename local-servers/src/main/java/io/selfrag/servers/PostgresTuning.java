package io.selfrag.servers;

import java.util.List;

/** How a PostgreSQL trades memory and safety for speed. */
public enum PostgresTuning {
  /** Survives the loss of power. */
  DURABLE,
  /** Survives the death of the server but not of the machine: for tests. */
  TEST;

  List<String> settings() {
    return switch (this) {
      case DURABLE -> List.of("fsync=on", "synchronous_commit=on", "shared_buffers=128MB");
      case TEST -> List.of("fsync=off", "synchronous_commit=on", "full_page_writes=off", "shared_buffers=32MB");
    };
  }
}
