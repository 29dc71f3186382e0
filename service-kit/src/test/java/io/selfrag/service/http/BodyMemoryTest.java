package io.selfrag.service.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {
  private final BodyMemory memory = new BodyMemory(100);

  @Test
  void whatFitsIsTakenAndGivenBackOnce() {
    var one = memory.lease();
    one.take(40);
    one.take(60);

    one.close();
    one.close();

    assertThat(memory.held()).isZero();
  }

  @Test
  void whatDoesNotFitBesideOthersIsRefusedAndLeavesThemAlone() {
    var first = memory.lease();
    first.take(60);
    var second = memory.lease();
    second.take(20);

    assertThatThrownBy(() -> second.take(21)).asInstanceOf(type(SelfRagException.class))
        .extracting(SelfRagException::code).isEqualTo(ErrorCode.PIPELINE_SATURATED);
    assertThat(memory.held()).isEqualTo(80);
    second.close();
    assertThat(memory.held()).isEqualTo(60);
  }

  @Test
  void oneThatIsAloneIsTakenHoweverLargeItIs() {
    var alone = memory.lease();

    alone.take(90);
    alone.take(90);

    assertThat(memory.held()).isEqualTo(180);
  }

  @Test
  void parallelLeasesNeverHoldMoreThanThereIs() throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      var all = IntStream.range(0, 2000).mapToObj(i -> threads.submit(() -> {
        try (var lease = memory.lease()) {
          lease.take(30);
          return memory.held() <= 100;
        } catch (SelfRagException e) {
          return true;
        }
      })).toList();
      for (var one : all) {
        assertThat(one.get()).isTrue();
      }
    }
    assertThat(memory.held()).isZero();
  }
}
