package io.selfrag.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {
  @Test
  void uuidV5MatchesTheVectorOfRfc9562() {
    var dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");

    assertThat(Ids.uuidV5(dns, "www.example.com".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(UUID.fromString("2ed6657d-e927-568b-95e1-2665a8aea6a2"));
  }

  @Test
  void s4DocumentIdFollowsFromKnowledgeBaseAndExternalId() {
    var knowledgeBase = UUID.fromString("11111111-2222-4333-8444-555555555555");

    assertThat(Ids.documentId(knowledgeBase, "handbook/page-1")).as("the test vector of the README")
        .isEqualTo(UUID.fromString("c1c2f848-9a83-5bff-8d35-2445686edb7f"));
  }

  @Test
  void s5EveryPartOfTheIdentityChangesTheChunkId() {
    var a = new UUID(1, 1);
    var b = new UUID(2, 2);

    assertThat(new UUID[]{Ids.chunkId(a, a, a, 1, 1, 0, 0), Ids.chunkId(b, a, a, 1, 1, 0, 0),
        Ids.chunkId(a, b, a, 1, 1, 0, 0), Ids.chunkId(a, a, b, 1, 1, 0, 0), Ids.chunkId(a, a, a, 2, 1, 0, 0),
        Ids.chunkId(a, a, a, 1, 2, 0, 0), Ids.chunkId(a, a, a, 1, 1, 1, 0), Ids.chunkId(a, a, a, 1, 1, 0, 1)})
        .doesNotHaveDuplicates();
  }
}
