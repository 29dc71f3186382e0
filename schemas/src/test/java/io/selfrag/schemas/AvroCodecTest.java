package io.selfrag.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.avro.DocumentDeleted;
import io.selfrag.schemas.avro.DocumentEvent;
import io.selfrag.schemas.avro.Failure;
import io.selfrag.schemas.avro.Stage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
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

  /** A record that would take gigabytes must not end the process that reads it. */
  @Test
  void lengthsThatNoRecordHasAreUndecodable() {
    var failure = new Failure("stage", "MARK", "detail");
    var event = DocumentEvent.newBuilder().setTenantId(new UUID(1, 2)).setKnowledgeBaseId(new UUID(3, 4))
        .setDocumentId(new UUID(5, 6)).setRevision(7).setStage(Stage.FAILED).setAt(Instant.EPOCH).setError(failure)
        .build();
    var whole = new String(codec.encode(event), StandardCharsets.ISO_8859_1);
    assertThat(whole).contains("\bMARK");
    // lengths are zigzag variable-length integers; these are 2 GiB - 9, 300 MiB and -1
    for (String length : new String[]{"\u00EE\u00FF\u00FF\u00FF\u000F", "\u0080\u0080\u0080\u00AC\u0002", "\u0001"}) {
      var damaged = whole.replace("\bMARK", length + "MARK").getBytes(StandardCharsets.ISO_8859_1);

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
