package io.selfrag.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.avro.DocumentDeleted;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AvroCodecTest {
  private final AvroCodec codec = new AvroCodec();
  private final DocumentDeleted deleted = DocumentDeleted.newBuilder().setTenantId(new UUID(1, 2))
      .setKnowledgeBaseId(new UUID(3, 4)).setDocumentId(new UUID(5, 6)).setRevision(7).setAttempt(1).build();

  @Test
  void whatWasEncodedDecodesToTheSameRecord() {
    assertThat(codec.decode(codec.encode(deleted))).isEqualTo(deleted);
  }

  @Test
  void framingIsAvrosSingleObjectEncoding() throws Exception {
    assertThat(DocumentDeleted.fromByteBuffer(java.nio.ByteBuffer.wrap(codec.encode(deleted)))).isEqualTo(deleted);
  }

  @Test
  void damagedBytesAreUndecodableAndNothingElse() {
    var random = new Random(42);
    var whole = codec.encode(deleted);
    for (int i = 0; i < 2000; i++) {
      var damaged = Arrays.copyOf(whole, random.nextInt(whole.length));
      if (damaged.length > 0) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 + random.nextInt(255));
      }
      assertThatThrownBy(() -> codec.decode(damaged)).isInstanceOfSatisfying(SelfRagException.class,
          e -> assertThat(e.code()).isEqualTo(ErrorCode.UNDECODABLE));
    }
  }

  @Test
  void anUnknownFingerprintIsNamed() {
    var bytes = codec.encode(deleted);
    bytes[5] ^= 1;

    assertThatThrownBy(() -> codec.decode(bytes)).hasMessageContaining("fingerprint");
  }
}
