package io.selfrag.chunker.version;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.Ids;
import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.InlineContent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkContextTest {
  private static final UUID BASE = UUID.fromString("0190c0de-0000-7000-8000-000000000001");

  @ParameterizedTest
  @ValueSource(strings = {"zh_int-d00000", "DEV_0", "4983", "6f1c2a34-9b1e-4c55-8d2f-0a1b2c3d4e5f"})
  void anExternalIdThatStandsInForATitleIsNotEmbedded(String id) {
    assertThat(ChunkContext.title(version(id, Ids.documentId(BASE, id)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"2023_Q3_ACME.pdf", "howto/install-2.md", "opening-hours", "第3号文件", "Rule 34"})
  void aTitleOfWordsIsEmbeddedEvenIfItIsTheExternalIdToo(String title) {
    assertThat(ChunkContext.title(version(title, Ids.documentId(BASE, title)))).isEqualTo(title);
  }

  @Test
  void aTitleLikeAnIdentifierIsEmbeddedWhereTheExternalIdIsAnother() {
    assertThat(ChunkContext.title(version("COVID-19", Ids.documentId(BASE, "page-7")))).isEqualTo("COVID-19");
  }

  private static DocumentVersion version(String title, UUID document) {
    return DocumentVersion.newBuilder().setTenantId(BASE).setKnowledgeBaseId(BASE).setDocumentId(document)
        .setRevision(1).setContent(new InlineContent(ByteBuffer.allocate(0))).setTitle(title).setFileName("a.md")
        .setMediaType("text/markdown").setGenerations(List.of()).build();
  }
}
