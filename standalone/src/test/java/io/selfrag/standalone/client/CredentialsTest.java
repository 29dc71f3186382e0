package io.selfrag.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"baseUrl\": \"http://localhost:1\"}", "{\"tenantId\": 7}"})
  void aDamagedFileIsNamedWithWhatToDo(String content) throws Exception {
    Files.writeString(data.resolve("credentials.json"), content);

    assertThatThrownBy(() -> Credentials.in(data)).isInstanceOf(CredentialsException.class)
        .hasMessage(
            data.resolve("credentials.json") + " is damaged: move it away, and the next start of the system makes"
                + " new credentials; what was ingested stays.");
  }
}
