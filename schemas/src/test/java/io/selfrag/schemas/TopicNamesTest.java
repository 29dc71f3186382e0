package io.selfrag.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class TopicNamesTest {
  private final TopicNames names = new TopicNames("selfrag.");

  @Test
  void namesAreTheContract() {
    assertThat(names.definitions(4, (short) 1)).extracting(TopicNames.Definition::name).containsExactly(
        "selfrag.documents", "selfrag.documents.dlt", "selfrag.documents.bulk", "selfrag.documents.bulk.dlt",
        "selfrag.versions", "selfrag.versions.dlt", "selfrag.versions.bulk", "selfrag.versions.bulk.dlt",
        "selfrag.chunks", "selfrag.chunks.dlt", "selfrag.chunks.bulk", "selfrag.chunks.bulk.dlt",
        "selfrag.embedded-chunks", "selfrag.embedded-chunks.dlt", "selfrag.embedded-chunks.bulk",
        "selfrag.embedded-chunks.bulk.dlt", "selfrag.document-events", "selfrag.document-events.dlt",
        "selfrag.knowledge-bases", "selfrag.knowledge-bases.dlt");
  }

  @Test
  void s8AllTopicsUseTheBrokersAppendTime() {
    assertThat(names.definitions(4, (short) 1))
        .allSatisfy(topic -> assertThat(topic.settings()).containsEntry("message.timestamp.type", "LogAppendTime"));
  }

  @Test
  void eventsHaveNoBulkLane() {
    assertThatIllegalArgumentException().isThrownBy(() -> names.of(PipelineTopic.DOCUMENT_EVENTS, Lane.BULK));
  }

  @Test
  void lanesAreReadFromNames() {
    assertThat(names.laneOf("selfrag.chunks.bulk.dlt")).isEqualTo(Lane.BULK);
    assertThat(names.laneOf("selfrag.chunks")).isEqualTo(Lane.INTERACTIVE);
  }
}
