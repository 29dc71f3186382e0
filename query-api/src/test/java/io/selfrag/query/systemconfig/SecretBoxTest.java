package io.selfrag.query.systemconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SecretBoxTest {
  private static final String NAME = "llm_api_key";
  private static final String SECRET = "sk-something only the provider knows";

  private final SecretBox box = box("a key of the tests");

  @Test
  void whatWasSealedIsOpenedByTheSameKeyInAnotherProcess() throws Exception {
    var sealed = box.seal(NAME, SECRET);

    assertThat(box("a key of the tests").open(NAME, sealed)).isEqualTo(SECRET);
  }

  @Test
  void theSameSecretIsNeverSealedTheSameWayAndIsNotInTheResult() {
    var sealed = box.seal(NAME, SECRET);

    assertThat(sealed).isNotEqualTo(box.seal(NAME, SECRET)).startsWith("v1:");
    assertThat(
        new String(Base64.getDecoder().decode(sealed.substring(3)), java.nio.charset.StandardCharsets.ISO_8859_1))
        .doesNotContain("something");
  }

  @Test
  void anotherKeyAnotherNameAChangedByteAndNoKeyOpenNothing() {
    var sealed = box.seal(NAME, SECRET);
    var bytes = Base64.getDecoder().decode(sealed.substring(3));
    bytes[bytes.length - 1] ^= 1;
    var changed = "v1:" + Base64.getEncoder().encodeToString(bytes);

    refused(box("another key of the tests"), NAME, sealed, "another SECRET_KEY");
    refused(box, "rerank_api_key", sealed, "another SECRET_KEY");
    refused(box, NAME, changed, "another SECRET_KEY");
    refused(box, NAME, "v1:AAAA", "no encrypted secret");
    refused(box, NAME, "sk-in the clear", "no encrypted secret");
    refused(box(null), NAME, sealed, "SECRET_KEY, with which it was encrypted, is not set");
  }

  private static void refused(SecretBox box, String name, String sealed, String reason) {
    assertThatThrownBy(() -> box.open(name, sealed)).isInstanceOf(UnreadableSecretException.class)
        .hasMessageContaining(reason).hasMessageNotContaining("sk-");
  }

  private static SecretBox box(@Nullable String key) {
    return new SecretBox(key, new SecureRandom());
  }
}
