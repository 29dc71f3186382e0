package io.selfrag.ingest.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class PagesTest {
  private static final int SIZE = 3;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final AtomicInteger read = new AtomicInteger();

  private Flux<Integer> pages(int count, boolean later) {
    return Pages.of(SIZE, (@Nullable Integer after) -> {
      int from = after == null ? 0 : after + 1;
      Mono<List<Integer>> page = Mono.fromSupplier(() -> {
        read.incrementAndGet();
        return IntStream.range(from, Math.min(from + SIZE, count)).boxed().toList();
      });
      return later ? page.subscribeOn(Schedulers.parallel()) : page;
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 6, 7, 100_000})
  void everyElementComesOnceAndThenTheEndHoweverManyPagesThereAre(int count) {
    for (boolean later : new boolean[]{false, true}) {
      assertThat(pages(count, later).concatMap(it -> Mono.just(it).hide(), 1).collectList().block(LIMIT))
          .isEqualTo(IntStream.range(0, count).boxed().toList());
    }
  }

  @Test
  void noMoreThanAPageIsReadBeforeItIsAskedFor() {
    var reader = new BaseSubscriber<Integer>() {
      @Override
      protected void hookOnSubscribe(org.reactivestreams.Subscription it) {
        it.request(1);
      }
    };

    pages(1000, false).subscribe(reader);

    assertThat(read.get()).isLessThanOrEqualTo(2);
    reader.request(SIZE);
    assertThat(read.get()).isLessThanOrEqualTo(3);
  }

  @Test
  void nothingIsReadAfterTheReaderHasGone() {
    assertThat(pages(1000, false).take(SIZE + 1).count().block(LIMIT)).isEqualTo(SIZE + 1);

    assertThat(read.get()).isLessThanOrEqualTo(3);
  }
}
