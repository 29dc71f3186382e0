package io.selfrag.bench.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class WatchedTest {
  private final Watched document = new Watched(new Place(new UUID(0, 1), new UUID(0, 2), "key"), "d", 0);

  @Test
  void whatWasSeenStaysVisibleUntilADeleteBegins() {
    document.nextEdition();
    document.saw(1, document.now());
    assertThat(document.now().visible()).isTrue();

    document.deleting();

    assertThat(document.now().visible()).isFalse();
    assertThat(document.now().seen()).isEqualTo(1);
  }

  @Test
  void anAnswerFromBeforeADeleteSaysNothingAboutAfterIt() {
    document.nextEdition();
    var before = document.now();
    document.deleting();

    document.saw(1, before);

    assertThat(document.now().visible()).isFalse();
  }

  @Test
  void anAnswerFromDuringADeleteSaysNothingAboutAfterIt() {
    document.nextEdition();
    document.deleting();
    var during = document.now();
    document.deleted();

    document.saw(1, during);

    assertThat(document.now().visible()).isFalse();
  }

  @Test
  void aDeletedDocumentIsGoneUntilSomethingIsSent() {
    document.nextEdition();
    document.deleting();
    document.deleted();
    assertThat(document.now().surelyGone()).isTrue();

    document.sameEdition();

    assertThat(document.now().surelyGone()).isFalse();
  }
}
