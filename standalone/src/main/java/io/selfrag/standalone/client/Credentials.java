package io.selfrag.standalone.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * How to reach the system of a data folder, kept in {@code credentials.json} there, readable by its owner alone.
 *
 * @param apiKey an admin key of the demo tenant
 */
public record Credentials(String baseUrl, String adminToken, UUID tenantId, String apiKey, UUID knowledgeBaseId) {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final String FILE = "credentials.json";

  /** The credentials kept in a data folder, if it has any. */
  public static Optional<Credentials> in(Path data) {
    var file = data.resolve(FILE);
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(Files.readString(file), Credentials.class));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps them in a data folder, in the place of those before; a crash leaves the old or the new file whole. */
  public void saveIn(Path data) {
    try {
      var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      var temporary = Files.createTempFile(data, FILE, ".new", owner);
      Files.writeString(temporary, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
      Files.move(temporary, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "Credentials[" + baseUrl + "]";
  }
}
