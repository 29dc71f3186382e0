package io.selfrag.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.kafka.FaultIsolation.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class FaultIsolationTest {
  private final ScriptedHandler handler = new ScriptedHandler();
  private final FaultIsolation<String> isolation = new FaultIsolation<>(handler);

  @Test
  void aTransientFailureIsTriedAgainWithoutLimitAndNeverGivenUp() throws InterruptedException {
    handler.outage = true;

    for (int round = 0; round < 1000; round++) {
      assertThat(isolation.handle(records("a", "b"))).isInstanceOfSatisfying(Outcome.Again.class, again -> {
        assertThat(again.from()).isZero();
        assertThat(again.cause().code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
      });
    }

    assertThat(handler.givenUp).isEmpty();
    handler.outage = false;
    assertThat(isolation.handle(records("a", "b"))).isEqualTo(new Outcome.Done());
    assertThat(handler.done).containsExactly("a", "b");
  }

  @Test
  void whereSomeOfABatchWasDoneTheNextTryIsNoRepetitionOfTheLast() throws InterruptedException {
    var away = new SelfRagException(ErrorCode.MODEL_UNAVAILABLE, "now and then");
    var partly = new FaultIsolation<String>(new BatchHandler<>() {
      @Override
      public void handle(List<ConsumerRecord<byte[], String>> batch) {
        throw new PartlyDoneException(away);
      }

      @Override
      public void giveUp(ConsumerRecord<byte[], String> record, SelfRagException cause, int attempts) {
        throw new AssertionError("given up: " + record.value());
      }
    });

    assertThat(partly.handle(records("a", "b"))).isEqualTo(new Outcome.Again(0, away, true));
  }

  @Test
  void badDataIsGivenUpAtOnceAndAlone() throws InterruptedException {
    handler.refusals.put("b", ErrorCode.WRONG_DIMENSION);

    var outcome = isolation.handle(records("a", "b", "c"));

    assertThat(outcome).isEqualTo(new Outcome.Done());
    assertThat(handler.done).containsExactly("a", "c");
    assertThat(handler.givenUp).containsExactly(new ScriptedHandler.GivenUp("b", ErrorCode.WRONG_DIMENSION, 1));
  }

  @Test
  void aRecordThatCameAloneIsNotTriedTwiceForBadData() throws InterruptedException {
    handler.refusals.put("a", ErrorCode.UNDECODABLE);

    isolation.handle(records("a"));

    assertThat(handler.batches).hasSize(1);
    assertThat(handler.givenUpValues()).containsExactly("a");
  }

  @Test
  void anOutageWhileRecordsAreTriedAloneKeepsWhatIsDoneAndGoesOnFromThere() throws InterruptedException {
    handler.refusals.put("a", ErrorCode.UNDECODABLE);
    handler.refusals.put("c", ErrorCode.MODEL_UNAVAILABLE);

    var outcome = isolation.handle(records("a", "b", "c", "d"));

    assertThat(outcome).isInstanceOfSatisfying(Outcome.Again.class, it -> assertThat(it.from()).isEqualTo(2));
    assertThat(handler.done).containsExactly("b");
    assertThat(handler.givenUpValues()).containsExactly("a");
  }

  @Test
  void whereARecordCannotBeGivenUpNothingBehindItIsTouched() throws InterruptedException {
    handler.refusals.put("a", ErrorCode.UNDECODABLE);
    handler.deadLettersAway = true;

    var outcome = isolation.handle(records("a", "b"));

    assertThat(outcome).isInstanceOfSatisfying(Outcome.Again.class, it -> {
      assertThat(it.from()).isZero();
      assertThat(it.cause().code()).isEqualTo(ErrorCode.BROKER_UNAVAILABLE);
    });
    assertThat(handler.done).isEmpty();
  }

  @Test
  void s27OurBugIsTriedThreeTimesThenGivenUp() throws InterruptedException {
    handler.bugs.add("b");
    var batch = records("a", "b", "c");

    for (int attempt = 1; attempt < FaultIsolation.ATTEMPTS; attempt++) {
      assertThat(isolation.handle(batch)).isInstanceOfSatisfying(Outcome.Again.class,
          it -> assertThat(it.from()).isEqualTo(1));
      assertThat(handler.givenUp).isEmpty();
    }

    assertThat(isolation.handle(batch)).isEqualTo(new Outcome.Done());
    assertThat(handler.givenUp).containsExactly(new ScriptedHandler.GivenUp("b", ErrorCode.INTERNAL_ERROR, 3));
    assertThat(handler.done).contains("a", "c").doesNotContain("b");
  }

  @Test
  void s27AnOutageInBetweenIsNotCountedAgainstTheRecord() throws InterruptedException {
    handler.bugs.add("a");
    isolation.handle(records("a"));
    isolation.handle(records("a"));
    handler.outage = true;

    for (int round = 0; round < 10; round++) {
      assertThat(isolation.handle(records("a"))).isInstanceOf(Outcome.Again.class);
    }

    assertThat(handler.givenUp).isEmpty();
  }

  @Test
  void s27FiveDifferentRecordsInARowHaltAndTheFifthIsNotGivenUp() throws InterruptedException {
    var names = IntStream.range(0, 8).mapToObj(it -> "bug" + it).toArray(String[]::new);
    handler.bugs.addAll(List.of(names));

    var outcome = untilNotAgain(records(names));

    assertThat(outcome).isInstanceOfSatisfying(Outcome.Halted.class, it -> assertThat(it.from()).isEqualTo(4));
    assertThat(handler.givenUpValues()).containsExactly("bug0", "bug1", "bug2", "bug3");
  }

  @Test
  void s27ARecordThatWorksStartsTheCountAnew() throws InterruptedException {
    handler.bugs.addAll(List.of("b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7"));

    var outcome = untilNotAgain(records("b0", "b1", "b2", "b3", "good", "b4", "b5", "b6", "b7"));

    assertThat(outcome).isEqualTo(new Outcome.Done());
    assertThat(handler.givenUp).hasSize(8);
  }

  @Test
  void anInterruptedFailureIsNeitherABugNorBadData() {
    var interrupted = new FaultIsolation<String>(new BatchHandler<>() {
      @Override
      public void handle(List<ConsumerRecord<byte[], String>> batch) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("a library's way to say interrupted");
      }

      @Override
      public void giveUp(ConsumerRecord<byte[], String> record, SelfRagException cause, int attempts) {
        throw new AssertionError("given up: " + record.value());
      }
    });

    assertThatThrownBy(() -> interrupted.handle(records("a"))).isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }

  /** Reads on as the container would: from the record on that the outcome names. */
  private Outcome untilNotAgain(List<ConsumerRecord<byte[], String>> batch) throws InterruptedException {
    int from = 0;
    while (true) {
      var outcome = isolation.handle(batch.subList(from, batch.size()));
      switch (outcome) {
        case Outcome.Again again -> from += again.from();
        case Outcome.Halted halted -> {
          return new Outcome.Halted(from + halted.from(), halted.cause());
        }
        case Outcome.Done done -> {
          return done;
        }
      }
    }
  }

  private static List<ConsumerRecord<byte[], String>> records(String... values) {
    return Arrays.stream(values).map(
        it -> new ConsumerRecord<byte[], String>("topic", 0, it.hashCode(), new byte[0], it)).toList();
  }
}
