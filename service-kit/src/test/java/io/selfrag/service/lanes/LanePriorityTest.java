package io.selfrag.service.lanes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.selfrag.schemas.Lane;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanePriorityTest {
  private static final long MS = 1_000_000;

  private final AtomicLong clock = new AtomicLong();
  private final LanePriority turns = new LanePriority(1, clock::get);
  private final List<Thread> threads = new ArrayList<>();

  @AfterEach
  void end() throws InterruptedException {
    threads.forEach(Thread::interrupt);
    for (Thread thread : threads) {
      thread.join(5_000);
    }
  }

  @Test
  void interactiveWorkGoesNextHoweverMuchBulkWaits() throws InterruptedException {
    var order = new CopyOnWriteArrayList<String>();
    var held = turns.take(Lane.BULK);
    for (int i = 0; i < 5; i++) {
      waiting(Lane.BULK, "bulk" + i, order);
    }
    waiting(Lane.INTERACTIVE, "interactive", order);

    held.close();

    await().until(() -> order.size() == 6);
    assertThat(order).containsExactly("interactive", "bulk0", "bulk1", "bulk2", "bulk3", "bulk4");
  }

  @Test
  void withinALaneWhoCameFirstGoesFirst() throws InterruptedException {
    var order = new CopyOnWriteArrayList<String>();
    var held = turns.take(Lane.BULK);
    var names = IntStream.range(0, 20).mapToObj(it -> "bulk" + it).toList();
    for (String name : names) {
      waiting(Lane.BULK, name, order);
    }

    held.close();

    await().until(() -> order.size() == 20);
    assertThat(order).containsExactlyElementsOf(names);
  }

  @Test
  void allPlacesAreUsedByOneLaneWhereTheOtherHasNoWork() throws InterruptedException {
    var two = new LanePriority(2, clock::get);

    try (var first = two.take(Lane.BULK); var second = two.take(Lane.BULK)) {
      assertThat(first).isNotSameAs(second);
    }
  }

  @Test
  void whoGivesUpWaitingHoldsNobodyUp() throws InterruptedException {
    var order = new CopyOnWriteArrayList<String>();
    var held = turns.take(Lane.BULK);
    var impatient = waiting(Lane.INTERACTIVE, "impatient", order);
    waiting(Lane.BULK, "bulk", order);

    impatient.interrupt();
    impatient.join();
    held.close();

    await().until(() -> order.contains("bulk"));
    assertThat(order).containsExactly("bulk");
  }

  @Test
  void aDebtOfBulkIsForgottenOnceNobodyElseWantedThePlace() throws InterruptedException {
    var order = new CopyOnWriteArrayList<String>();
    var long1 = turns.take(Lane.BULK);
    waiting(Lane.INTERACTIVE, "interactive", order);
    clock.addAndGet(10_000 * MS);
    long1.close(); // bulk owes ten seconds
    await().until(() -> order.size() == 1);

    turns.take(Lane.BULK).close();

    var held = turns.take(Lane.INTERACTIVE);
    waiting(Lane.BULK, "bulk", order);
    waiting(Lane.INTERACTIVE, "later", order);
    clock.addAndGet(100 * MS);
    held.close();
    await().until(() -> order.size() == 3);
    assertThat(order).containsExactly("interactive", "bulk", "later");
  }

  @ParameterizedTest
  @CsvSource({"10, 10", "1, 1000", "1000, 1", "10000, 7", "7, 10000", "300, 40", "40, 300"})
  void s20BulkHasATenthOfTheTimeAndInteractiveWorkTheRestWhileBothWant(long interactiveMs, long bulkMs)
      throws InterruptedException {
    var random = new Random(interactiveMs + bulkMs);
    var longest = new EnumMap<Lane, Long>(Map.of(Lane.INTERACTIVE, interactiveMs, Lane.BULK, bulkMs));
    long end = 150 * (longest.get(Lane.INTERACTIVE) + longest.get(Lane.BULK)) * MS;
    var taken = new EnumMap<Lane, AtomicLong>(
        Map.of(Lane.INTERACTIVE, new AtomicLong(), Lane.BULK, new AtomicLong()));
    var start = turns.take(Lane.INTERACTIVE);
    for (Lane lane : Lane.values()) {
      for (int i = 0; i < 8; i++) {
        long own = random.nextLong();
        started(() -> {
          var lengths = new Random(own);
          while (clock.get() < end) {
            try (var _ = turns.take(lane)) {
              if (clock.get() < end) {
                long length = (1 + lengths.nextLong(longest.get(lane))) * MS;
                clock.addAndGet(length);
                taken.get(lane).addAndGet(length);
              }
            }
          }
        });
      }
    }

    await().until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
    start.close();
    await().until(() -> threads.stream().noneMatch(Thread::isAlive));

    double bulk = taken.get(Lane.BULK).get();
    assertThat(bulk / (bulk + taken.get(Lane.INTERACTIVE).get())).isCloseTo(LanePriority.BULK_SHARE, within(0.015));
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private Thread started(Work work) {
    var thread = Thread.ofVirtual().start(() -> {
      try {
        work.run();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    threads.add(thread);
    return thread;
  }

  /** A piece of work that is in the queue when this returns. */
  private Thread waiting(Lane lane, String name, List<String> order) {
    var begun = new CountDownLatch(1);
    var thread = started(() -> {
      begun.countDown();
      try (var _ = turns.take(lane)) {
        order.add(name);
      }
    });
    await().until(() -> begun.getCount() == 0 && thread.getState() == Thread.State.WAITING);
    return thread;
  }
}
