package io.selfrag.indexer.sweep;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.IndexChange;
import io.selfrag.catalog.index.OpenWork;
import io.selfrag.catalog.index.OpenWork.Open;
import io.selfrag.catalog.index.OpenWork.Overdue;
import io.selfrag.indexer.index.ApplyChanges;
import io.selfrag.schemas.Lane;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at what has not ended: says how much there is and how old, and decides again about what is past its deadline (S12). What
 * is complete becomes live, what was overtaken ends as such; what really waits goes on waiting, since an outage is not its
 * fault, but someone is told. Harmless when several do it at once.
 */
public final class OverdueSweeper {
  private static final Logger log = LoggerFactory.getLogger(OverdueSweeper.class);
  private static final int PAGE = 200;
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);
  private static final List<String> STATES = List.of("accepting", "pending", "processing", "parked");
  private static final Open NOTHING = new Open("", "", 0, Duration.ZERO);

  private final OpenWork work;
  private final ApplyChanges apply;
  private final Map<Place, Open> open = new ConcurrentHashMap<>();
  private volatile long overdue;

  /** Where open work stands. */
  private record Place(String state, String lane) {}

  public OverdueSweeper(OpenWork work, ApplyChanges apply, MeterRegistry meters) {
    this.work = work;
    this.apply = apply;
    for (String state : STATES) {
      for (Lane lane : Lane.values()) {
        var place = new Place(state, lane.wireName());
        Gauge.builder("selfrag.documents.open", () -> of(place).count()).tag("stage", state)
            .tag("lane", place.lane).register(meters);
        Gauge.builder("selfrag.documents.open.age", () -> of(place).oldest().toMillis() / 1000.0).baseUnit("seconds")
            .tag("stage", state).tag("lane", place.lane).register(meters);
      }
    }
    Gauge.builder("selfrag.documents.overdue", () -> overdue).register(meters);
  }

  /** Looks at everything once; complains of revisions that really wait past their deadline. */
  public Swept sweep() {
    open.clear();
    StoreCalls.get(work.open(), DATABASE_TIMEOUT).forEach(it -> open.put(new Place(it.state(), it.lane()), it));
    long waiting = 0;
    Overdue last = null;
    List<Overdue> page;
    do {
      page = page(last);
      waiting += waitingOf(page);
      last = page.isEmpty() ? last : page.getLast();
    } while (page.size() == PAGE);
    overdue = waiting;
    return waiting == 0 ? Swept.of(0) : new Swept(0, complaint(waiting));
  }

  private Open of(Place place) {
    return open.getOrDefault(place, NOTHING);
  }

  private List<Overdue> page(@Nullable Overdue last) {
    UUID document = last == null ? null : last.version().documentId();
    return StoreCalls.get(work.overdue(document, last == null ? 0 : last.version().revision(), PAGE),
        DATABASE_TIMEOUT);
  }

  private int waitingOf(List<Overdue> page) {
    List<IndexChange> upserts = page.stream().filter(it -> it.kind().equals("upsert"))
        .<IndexChange>map(Overdue::again).toList();
    int others = page.size() - upserts.size();
    if (upserts.isEmpty()) {
      return others;
    }
    var outcome = apply.apply(upserts);
    return others + outcome.incomplete().size() + outcome.withheld().size();
  }

  private static String complaint(long waiting) {
    log.atError().addKeyValue("revisions", waiting)
        .log("revisions are past their deadline; look at lag and dead letters");
    return waiting + " revisions are past their deadline";
  }
}
