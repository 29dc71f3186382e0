package io.selfrag.query.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.query.operations.PipelineReport.GroupReport;
import io.selfrag.query.operations.PipelineReport.TopicReport;
import io.selfrag.query.operations.PipelineSnapshot.Group;
import io.selfrag.query.operations.WorkerVerdict.State;
import io.selfrag.schemas.PipelineWorker;
import io.selfrag.schemas.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PipelineHistoryTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final TopicNames TOPICS = new TopicNames("t.");
  private static final PipelineWorker WORKER = PipelineWorker.INDEXER;
  private static final String TOPIC = "t.embedded-chunks";
  private static final String GROUP = "t.indexer";
  private static final Spot FIRST = new Spot(TOPIC, 0);
  private static final Spot SECOND = new Spot(TOPIC, 1);

  private final PipelineHistory history = new PipelineHistory(Map.of(GROUP, Set.of(TOPIC)));

  @Test
  void ratesAndTheTimeToTheEndFollowFromTwoLooks() {
    history.add(look(0, 1000, 0, 1, 100, 0));
    history.add(look(10, 1100, 0, 1, 500, 0));

    assertThat(topic().rateIn()).isEqualTo(10);
    assertThat(group().rateOut()).isEqualTo(40);
    assertThat(group().lag()).isEqualTo(600);
    assertThat(group().eta()).isEqualTo(Duration.ofSeconds(20));
    assertThat(group().lastProgress()).isEqualTo(START.plusSeconds(10));
  }

  @Test
  void oneLookKnowsNoRate() {
    history.add(look(0, 1000, 0, 1, 100, 0));

    assertThat(topic().rateIn()).isNull();
    assertThat(group().rateOut()).isNull();
    assertThat(group().eta()).isNull();
    assertThat(group().lastProgress()).isNull();
  }

  @Test
  void aGroupThatFallsBehindHasNoTimeToTheEnd() {
    history.add(look(0, 1000, 0, 1, 100, 0));
    history.add(look(10, 2000, 0, 1, 200, 0));

    assertThat(group().eta()).isNull();
  }

  @Test
  void ratesAreThoseOfTheLastMinute() {
    history.add(look(0, 0, 0, 1, 0, 0));
    history.add(look(600, 60_000, 0, 1, 0, 0));
    history.add(look(630, 60_300, 0, 1, 0, 0));

    assertThat(topic().rateIn()).isEqualTo(10);
  }

  @Test
  void recordsThatAreGoneDoNotCountAsWaiting() {
    history.add(new PipelineSnapshot(START, Map.of(FIRST, 90L), Map.of(FIRST, 100L),
        Map.of(GROUP, new Group(1, Map.of()))));

    assertThat(group().lag()).isEqualTo(10);
  }

  @Test
  void theOldestRecordThatWaitsIsThatOfAllPartitions() {
    history.add(look(0, 10, 10, 1, 0, 0));

    var report = history.report(Map.of(GROUP,
        Map.of(FIRST, START.minusSeconds(5), SECOND, START.minusSeconds(50), new Spot("t.other", 0), Instant.EPOCH)));

    assertThat(report.topics().getFirst().groups().getFirst().oldestWaiting()).isEqualTo(Duration.ofSeconds(50));
  }

  @Test
  void whatAGroupTakesNextIsNamedWhereSomethingWaits() {
    history.add(look(0, 10, 4, 1, 3, 4));

    assertThat(history.next()).isEqualTo(Map.of(GROUP, Map.of(FIRST, 3L)));
  }

  @Test
  void aWorkerWithoutInstancesIsMissedOnceSomethingWaits() {
    history.add(new PipelineSnapshot(START, Map.of(), Map.of(FIRST, 0L), Map.of()));
    assertThat(verdict().state()).isEqualTo(State.ABSENT);

    history.add(new PipelineSnapshot(START.plusSeconds(1), Map.of(), Map.of(FIRST, 2L), Map.of()));
    assertThat(verdict().state()).isEqualTo(State.MISSED);
    assertThat(verdict().message()).isEqualTo("no instance is running and 2 records wait");
  }

  @Test
  void aWorkerThatIsHaltedOnOnePartitionStandsStillHoweverBusyItIsOnOthers() {
    for (int at = 0; at <= 90; at += 10) {
      history.add(look(at, 1000, 5, 1, at, 0));
    }

    assertThat(verdict().state()).isEqualTo(State.STANDS_STILL);
    assertThat(verdict().message()).startsWith("nothing was finished for 90 s while ");
  }

  @Test
  void aWorkerWithNothingToDoDoesNotStandStill() {
    for (int at = 0; at <= 300; at += 10) {
      history.add(look(at, 100, 5, 1, 100, 5));
    }
    history.add(look(310, 101, 5, 1, 100, 5));

    assertThat(verdict().state()).isEqualTo(State.WORKING);
    assertThat(verdict().lag()).isEqualTo(1);
  }

  @Test
  void aWorkerThatMovesAgainNoLongerStandsStill() {
    history.add(look(0, 100, 0, 1, 0, 0));
    history.add(look(100, 100, 0, 1, 0, 0));
    assertThat(verdict().state()).isEqualTo(State.STANDS_STILL);

    history.add(look(105, 100, 0, 1, 1, 0));

    assertThat(verdict().state()).isEqualTo(State.WORKING);
    assertThat(verdict().lastProgress()).isEqualTo(START.plusSeconds(105));
  }

  @Test
  void aLookThatComesLateChangesNothing() {
    history.add(look(10, 100, 0, 1, 50, 0));
    history.add(look(0, 1, 0, 0, 0, 0));

    assertThat(group().lag()).isEqualTo(50);
  }

  private TopicReport topic() {
    return history.report(Map.of()).topics().getFirst();
  }

  private GroupReport group() {
    return topic().groups().getFirst();
  }

  private WorkerVerdict verdict() {
    return WorkerVerdict.of(WORKER, TOPICS, history);
  }

  private static PipelineSnapshot look(int seconds, long firstEnd, long secondEnd, int members, long first,
      long second) {
    return new PipelineSnapshot(START.plusSeconds(seconds), Map.of(), Map.of(FIRST, firstEnd, SECOND, secondEnd),
        Map.of(GROUP, new Group(members, Map.of(FIRST, first, SECOND, second))));
  }
}
