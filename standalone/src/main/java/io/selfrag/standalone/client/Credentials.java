package io.selfrag.standalone.client;

import io.selfrag.servers.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
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

  public Credentials {
    Objects.requireNonNull(baseUrl, "baseUrl");
    Objects.requireNonNull(adminToken, "adminToken");
    Objects.requireNonNull(tenantId, "tenantId");
    Objects.requireNonNull(apiKey, "apiKey");
    Objects.requireNonNull(knowledgeBaseId, "knowledgeBaseId");
  }

  /** Where a data folder keeps them. */
  public static Path file(Path data) {
    return data.resolve(FILE);
  }

  /**
   * The credentials kept in a data folder, if it has any.
   *
   * @throws CredentialsException if the file is there and cannot be used
   */
  public static Optional<Credentials> in(Path data) {
    var file = file(data);
    try {
      return Optional.of(JSON.readValue(Files.readString(file), Credentials.class));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new CredentialsException(file + " cannot be read: " + FileProblem.of(e) + ".", e);
    } catch (JacksonException e) {
      throw new CredentialsException(file + " is damaged: move it away, and the next start of the system makes new"
          + " credentials; what was ingested stays.", e);
    }
  }

  /** Keeps them in a data folder, in the place of those before; a crash leaves the old or the new file whole. */
  public void saveIn(Path data) {
    try {
      var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      var temporary = Files.createTempFile(data, FILE, ".new", owner);
      Files.writeString(temporary, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
      Files.move(temporary, file(data), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CredentialsException(file(data) + " cannot be written: " + FileProblem.of(e) + ".", e);
    }
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "Credentials[" + baseUrl + "]";
  }
}
