package io.selfrag.bench.fault;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PoisonFilesTest {
  @Test
  void filesAreSmallEnoughToBeAccepted() {
    assertThat(PoisonFiles.all()).allSatisfy(file -> assertThat(file.bytes().length).isLessThan(50 << 20))
        .extracting(PoisonFiles.PoisonFile::name).doesNotHaveDuplicates().contains("encrypted.pdf", "bomb.zip");
  }

  @Test
  void anEncoderForEveryReleaseOfTheCommandIsThere() {
    assertThat(ReleasedSchemas.encoders()).isNotEmpty();
  }
}
