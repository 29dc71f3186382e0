package io.selfrag.deploy;

import java.util.List;
import java.util.Set;

/** The image that holds the command line, and what a backup by it is. */
final class CommandImage {
  static final String NAME = "selfrag/command";
  static final List<String> BACKUP = List.of("backup", "--to", "/backups", "--keep", "30");
  /** Whatever else a backup is given changes nothing. */
  static final Set<String> BACKUP_READS = Set.of("DATABASE_URL", "KAFKA_TOPIC_PREFIX", "VECTOR_STORE", "QDRANT_URL",
      "QDRANT_API_KEY");

  private CommandImage() {}
}
