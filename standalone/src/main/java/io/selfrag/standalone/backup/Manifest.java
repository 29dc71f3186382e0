package io.selfrag.standalone.backup;

import io.selfrag.catalog.backup.BackupException;
import io.selfrag.catalog.backup.DatabaseDump;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a backup holds; written last, so that a folder with one is whole.
 *
 * @param format raised when an older version could not read it
 * @param createdAt when it began
 * @param topicPrefix of the topics for which the outbox's records were meant
 * @param index null where it was left out, or the program was older: it is written anew from the rows
 */
record Manifest(int format, String createdAt, String topicPrefix, DatabaseDump database, @Nullable IndexDump index) {
  static final int FORMAT = 1;
  private static final String FILE = "manifest.json";
  private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  void writeTo(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(this));
  }

  /** @throws BackupException with a sentence, if there is none that can be read */
  static Manifest in(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new BackupException("There is no backup in " + folder + ": " + FILE + " is missing.", null);
    }
    try {
      var manifest = JSON.readValue(Files.readString(file), Manifest.class);
      if (manifest.format() > FORMAT) {
        throw new BackupException("The backup is of a newer version of this program (format " + manifest.format()
            + "): restore it with that version.", null);
      }
      return manifest;
    } catch (JacksonException e) {
      throw new BackupException("The backup is damaged: " + FILE + " cannot be read.", e);
    }
  }
}
