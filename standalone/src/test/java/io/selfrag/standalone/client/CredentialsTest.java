package io.selfrag.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
  private final Credentials credentials = new Credentials("http://localhost:8020", "operator-secret", new UUID(1, 2),
      "kb_sk_secret", new UUID(3, 4));

  @TempDir
  Path data;

  @Test
  void whatWasKeptIsFoundAgain() {
    credentials.saveIn(data);

    assertThat(Credentials.in(data)).contains(credentials);
  }

  @Test
  void onlyTheOwnerMayReadThem() throws Exception {
    credentials.saveIn(data);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("credentials.json"))))
        .isEqualTo("rw-------");
  }

  @Test
  void secretsAreNotShown() {
    assertThat(credentials.toString()).doesNotContain("secret");
  }

  @Test
  void anEmptyFolderHasNone() {
    assertThat(Credentials.in(data)).isEmpty();
  }
}
