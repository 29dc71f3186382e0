package io.selfrag.indexer;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.catalog.backup.OlderIndex;
import io.selfrag.catalog.isolation.Place;
import io.selfrag.catalog.reconcile.Reconciliation.Mode;
import io.selfrag.indexer.index.Routes;
import io.selfrag.indexer.sweep.IsolationSweeper;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VersionKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tenant's points move between two places while they are written and read. */
@Timeout(180)
class IsolationSweeperIT {
  private static final long NEVER = Long.MAX_VALUE;
  private static final int STANDING = 200;
  private static final int CHUNKS = 3;

  @TempDir
  private Path folder;
  private MovingTenant tenant;
  private long revision = 1;

  @BeforeEach
  void open() {
    tenant = new MovingTenant(folder);
  }

  @AfterEach
  void close() {
    tenant.close();
  }

  @Test
  void S26aTenantMovesThereAndBackUnderWritesAndReadsWithNothingMissingTwiceOrLeftBehind() throws Exception {
    for (int i = 0; i < STANDING; i++) {
      tenant.write(document(i), revision++, CHUNKS);
    }
    var stands = Set.copyOf(tenant.live());
    assertThat(stands).hasSize(STANDING * CHUNKS);
    var over = new AtomicBoolean();
    var written = new AtomicInteger();
    var read = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(2)) {
      Future<?> writer = threads.submit(() -> writeUntil(over, written));
      Future<?> reader = threads.submit(() -> readUntil(over, read, stands));
      for (Place target : List.of(Place.COLLECTION, Place.PARTITION)) {
        int before = written.get();
        tenant.strategy(target.wireName());

        moveWithSweepersThatDie();

        assertThat(tenant.readPlace()).isEqualTo(target);
        assertThat(written.get()).as("writes went on").isGreaterThan(before);
      }
      over.set(true);
      writer.get(60, TimeUnit.SECONDS);
      reader.get(60, TimeUnit.SECONDS);
    }
    settle();

    assertThat(tenant.ids(Place.PARTITION)).isEqualTo(tenant.live()).containsAll(stands);
    assertThat(tenant.ids(Place.COLLECTION)).isEmpty();
    assertThat(read).as("reads went on").hasPositiveValue();
    var titles = new HashSet<String>();
    tenant.points(Place.PARTITION).stream().filter(it -> it.key().documentId().equals(document(0)))
        .forEach(it -> titles.add(it.attributes().title()));
    assertThat(titles).as("a change of attributes reached every point").containsExactly(
        tenant.value("select title from documents where id = '" + document(0) + "'"));
  }

  /** New, replaced and deleted documents, and one whose title changes. */
  private void writeUntil(AtomicBoolean over, AtomicInteger written) {
    for (int round = 0; !over.get(); round++) {
      var fleeting = new UUID(0xf1, round % 7);
      tenant.write(fleeting, revision++, 1 + round % 4);
      if (round % 3 == 0) {
        tenant.delete(fleeting, revision++);
      }
      tenant.retitle(document(0), revision++, "title " + round);
      tenant.sweepUp();
      written.incrementAndGet();
    }
  }

  /** As a query does: asks for the place, then looks there and nowhere else. */
  private void readUntil(AtomicBoolean over, AtomicInteger read, Set<UUID> stands) {
    while (!over.get()) {
      long start = System.nanoTime();
      var place = tenant.readPlace();
      var found = tenant.ids(place);
      // The old place is kept for as long as a query may take, and this machine may be slower than that.
      if (System.nanoTime() - start < MovingTenant.ZOMBIE_LIFE.toNanos()) {
        assertThat(found).as("read in " + place).containsAll(stands);
        read.incrementAndGet();
      }
    }
  }

  /** Every sweep by another sweeper; now and then one takes a step and is never heard of again. */
  private void moveWithSweepersThatDie() {
    var sweeps = new AtomicInteger();
    Awaitility.await().atMost(Duration.ofSeconds(90)).pollInterval(Duration.ofMillis(10)).until(() -> {
      tenant.sweeper(NEVER).sweep();
      if (sweeps.incrementAndGet() % 2 == 0) {
        tenant.migrations.claim(Duration.ofMillis(20)).block();
      }
      return tenant.state().equals("none") && sweeps.get() > 1;
    });
  }

  private void settle() {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
      tenant.sweepUp();
      return tenant.value("select count(*) from purges").equals("0");
    });
  }

  @Test
  void S26autoMovesATenantAtTheThresholdAndBackOnlyBelowHalfOfIt() {
    tenant.strategy("auto");
    var sweeper = tenant.sweeper(6);
    tenant.write(document(1), revision++, 5);
    assertThat(sweeper.sweep()).as("5 of 6").isZero();

    tenant.write(document(2), revision++, 1);
    finish(sweeper);
    assertThat(tenant.readPlace()).isEqualTo(Place.COLLECTION);
    assertThat(tenant.ids(Place.COLLECTION)).isEqualTo(tenant.live()).hasSize(6);
    assertThat(tenant.ids(Place.PARTITION)).isEmpty();

    tenant.write(document(1), revision++, 2);
    assertThat(sweeper.sweep()).as("3 is not below half of 6").isZero();
    tenant.delete(document(2), revision++);
    settle();
    finish(sweeper);
    assertThat(tenant.readPlace()).isEqualTo(Place.PARTITION);
    assertThat(tenant.ids(Place.PARTITION)).isEqualTo(tenant.live()).hasSize(2);
    assertThat(tenant.store.collections()).as("the own collection is gone").hasSize(1);
  }

  @Test
  void S26aMigrationThatIsTurnedBackLeavesNothingInTheOtherPlaceWhateverItsState() {
    var sweeper = tenant.sweeper(NEVER);
    tenant.write(document(1), revision++, 4);
    for (String turnedAt : List.of("copying", "verifying", "switched")) {
      tenant.strategy("collection");
      Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> {
        if (!tenant.state().equals(turnedAt)) {
          sweeper.sweep();
        }
        return tenant.state().equals(turnedAt);
      });
      tenant.strategy("partition");
      tenant.write(document(2), revision++, 2);

      finish(sweeper);

      settle();
      assertThat(tenant.readPlace()).as(turnedAt).isEqualTo(Place.PARTITION);
      assertThat(tenant.ids(Place.PARTITION)).as(turnedAt).isEqualTo(tenant.live()).hasSize(6);
      assertThat(tenant.ids(Place.COLLECTION)).as(turnedAt).isEmpty();
    }
  }

  @Test
  void S13aTenantThatIsDeletedInTheMiddleOfItIsGoneFromBothPlaces() {
    tenant.write(document(1), revision++, 4);
    tenant.strategy("collection");
    var sweeper = tenant.sweeper(NEVER);
    sweeper.sweep();
    tenant.write(document(2), revision++, 2);
    assertThat(tenant.ids(Place.COLLECTION)).hasSize(6);
    assertThat(tenant.ids(Place.PARTITION)).hasSize(6);

    tenant.run("update knowledge_bases set status = 'deleting'");
    tenant.run("update tenants set status = 'deleting'");
    tenant.run("insert into purges (tenant_id) values ('" + MovingTenant.TENANT + "')");
    sweeper.sweep();
    settle();

    assertThat(tenant.ids(Place.COLLECTION)).isEmpty();
    assertThat(tenant.ids(Place.PARTITION)).isEmpty();
    assertThat(tenant.value("select count(*) from isolation_migrations")).isEqualTo("0");
    assertThat(sweeper.sweep()).isZero();
  }

  @Test
  void S26aKnowledgeBaseThatIsDeletedInTheMiddleOfItIsGoneFromBothPlacesWhateverItsState() {
    var sweeper = tenant.sweeper(NEVER);
    tenant.write(document(1), revision++, 4);
    var target = Place.COLLECTION;
    int round = 0;
    for (String deletedAt : List.of("copying", "verifying", "switched", "purging")) {
      var base = new UUID(0xb6, ++round);
      tenant.knowledgeBase(base);
      tenant.write(base, document(100 + round), revision++, 60);
      tenant.strategy(target.wireName());
      Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).until(() -> {
        if (!tenant.state().equals(deletedAt)) {
          sweeper.sweep();
        }
        return tenant.state().equals(deletedAt);
      });
      sweeper.sweep();

      tenant.deleteKnowledgeBase(base);
      tenant.sweepUp();
      finish(sweeper);
      settle();

      assertThat(tenant.readPlace()).as(deletedAt).isEqualTo(target);
      assertThat(tenant.ids(target)).as(deletedAt).isEqualTo(tenant.live()).hasSize(4);
      assertThat(tenant.ids(target.other())).as(deletedAt).isEmpty();
      assertThat(tenant.value("select count(*) from knowledge_bases")).as(deletedAt).isEqualTo("1");
      target = target.other();
    }
  }

  @Test
  void S26aKnowledgeBaseThatIsDeletedWhileItsPointsAreCopiedLeavesNoneInEitherPlace() throws Exception {
    tenant.write(document(1), revision++, 4);
    for (int round = 1; round <= 2; round++) {
      var base = new UUID(0xb7, round);
      tenant.knowledgeBase(base);
      tenant.write(base, document(200 + round), revision++, 600);
      var target = tenant.readPlace().other();
      tenant.strategy(target.wireName());
      tenant.sweeper(NEVER).sweep();
      try (var threads = Executors.newSingleThreadExecutor()) {
        Future<?> moving = threads.submit(() -> finish(tenant.sweeper(NEVER)));
        tenant.deleteKnowledgeBase(base);
        settle();
        moving.get(60, TimeUnit.SECONDS);
      }

      assertThat(tenant.ids(target)).as("round " + round).isEqualTo(tenant.live()).hasSize(4);
      assertThat(tenant.ids(target.other())).as("round " + round).isEmpty();
    }
  }

  @Test
  void S26whatIsWrongOrTooMuchInThePlaceCopiedToIsMended() {
    tenant.write(document(1), revision++, 4);
    var right = tenant.points(Place.PARTITION);
    var own = CollectionNames.of(MovingTenant.TENANT, "hashing", 4, CollectionNames.Isolation.COLLECTION);
    Point first = right.getFirst();
    tenant.store.upsert(own, List.of(new Point(first.chunkId(), first.key(), 0, first.vector(), "of before",
        first.attributes()),
        new Point(new UUID(9, 9), first.key(), 9, first.vector(), "of a dead writer",
            first.attributes())));
    tenant.strategy("collection");

    finish(tenant.sweeper(NEVER));

    assertThat(tenant.ids(Place.COLLECTION)).isEqualTo(tenant.live());
    assertThat(tenant.points(Place.COLLECTION)).extracting(Point::indexText).doesNotContain("of before");
    assertThat(tenant.store.count(own, new PointSelection.OfTenant(MovingTenant.TENANT))).isEqualTo(4);
  }

  @Test
  void S26reconcilingDoesNotMissWhatIsStillToBeCopiedAndMendsBothPlaces() {
    tenant.write(document(1), revision++, 4);
    tenant.strategy("collection");
    tenant.get(tenant.migrations.steer(MovingTenant.TENANT, null));
    assertThat(tenant.missing(Mode.REPORT)).as("nothing is copied yet").isZero();
    var gone = tenant.points(Place.PARTITION).getFirst().chunkId();
    tenant.store.delete(CollectionNames.shared("hashing", 4),
        new PointSelection.OfPoints(MovingTenant.TENANT, Set.of(gone)));

    assertThat(tenant.missing(Mode.REPAIR)).isEqualTo(1);

    assertThat(tenant.ids(Place.PARTITION)).isEqualTo(tenant.live());
    assertThat(tenant.ids(Place.COLLECTION)).containsExactly(gone);
    finish(tenant.sweeper(NEVER));
    assertThat(tenant.ids(Place.COLLECTION)).isEqualTo(tenant.live());
  }

  /** As after a restore of an index that was copied before a tenant moved and a generation was closed. */
  @Test
  void F21anOlderIndexIsRidOfPlacesAndGenerationsThatAreNoMore() {
    for (Place place : Place.values()) {
      tenant.strategy(place.other().wireName());
      finish(tenant.sweeper(NEVER));
      tenant.strategy(place.wireName());
      finish(tenant.sweeper(NEVER));
      tenant.write(document(1), revision++, 4);
      settle();
      var shared = CollectionNames.shared("hashing", 4);
      var points = tenant.points(place);
      Point first = points.getFirst();
      tenant.run("insert into generations (knowledge_base_id, generation, spec, state) values ('" + MovingTenant.KB
          + "', 2, '{}', 'closed') on conflict do nothing");
      var key = new VersionKey(first.key().tenantId(), first.key().knowledgeBaseId(), first.key().documentId(), 2,
          first.key().revision(), 0);
      tenant.store.upsert(Routes.at(place.other(), shared, MovingTenant.TENANT), points);
      tenant.store.upsert(Routes.at(place, shared, MovingTenant.TENANT),
          List.of(new Point(new UUID(9, 9), key, 0, first.vector(), "of a closed one", first.attributes())));
      assertThat(tenant.missing(Mode.REPAIR)).isZero();
      assertThat(tenant.ids(place.other())).as("a comparison does not see it").isNotEmpty();
      assertThat(tenant.ids(place)).hasSize(5);

      new OlderIndex(tenant.database).tidy(List.of(MovingTenant.TENANT)).block();
      finish(tenant.sweeper(NEVER));
      settle();

      assertThat(tenant.ids(place)).as(place.wireName()).isEqualTo(tenant.live()).hasSize(4);
      assertThat(tenant.ids(place.other())).as(place.wireName()).isEmpty();
      assertThat(tenant.readPlace()).isEqualTo(place);
    }
  }

  /** The API hides a document at once, and the sink forgets it later; in between it must not be taken off by both. */
  @Test
  void aDeleteThatIsOnItsWayIsNotTakenOffTheCountersByARepairAsWell() {
    tenant.write(document(1), revision++, 4);
    tenant.write(document(2), revision++, 3);
    long deleted = revision++;
    tenant.run("update documents set deleted_revision = " + deleted + " where id = '" + document(1) + "'");

    assertThat(tenant.missing(Mode.REPAIR)).isZero();
    tenant.delete(document(1), deleted);

    assertThat(tenant.value("select document_count || ' ' || chunk_count from knowledge_base_counters"))
        .isEqualTo("1 3");
  }

  private void finish(IsolationSweeper sweeper) {
    sweeper.sweep();
    Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10)).until(() -> {
      sweeper.sweep();
      return tenant.state().equals("none");
    });
  }

  private static UUID document(int i) {
    return new UUID(0xd0, i);
  }
}
