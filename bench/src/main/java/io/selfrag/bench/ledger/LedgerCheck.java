package io.selfrag.bench.ledger;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.DatabaseAddress;
import io.selfrag.catalog.ledger.Backlog;
import io.selfrag.catalog.ledger.ChunkSample;
import io.selfrag.catalog.ledger.DocumentDigest;
import io.selfrag.catalog.ledger.DocumentOutcome;
import io.selfrag.catalog.ledger.Invariant;
import io.selfrag.catalog.ledger.LedgerCounts;
import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.catalog.ledger.StoredChunk;
import io.selfrag.catalog.ledger.Violation;
import io.selfrag.schemas.Ids;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Compares everything that was accepted with PostgreSQL and the vector store, for the invariants I1 to I4 and I8. Reads both
 * from outside, while the system runs.
 */
public final class LedgerCheck implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(500);
  /** How long after the last revision ended its events may still be on their way into status and counters. */
  private static final Duration GRACE = Duration.ofSeconds(20);
  private static final int PAGE = 1000;

  private final CatalogDatabase database;
  private final LedgerQueries queries;
  private final VectorStore store;

  private LedgerCheck(CatalogDatabase database, VectorStore store) {
    this.database = database;
    this.queries = new LedgerQueries(database);
    this.store = store;
  }

  /**
   * Opens the stores of a running system.
   *
   * @param index folder of the embedded vector store
   */
  public static LedgerCheck open(String databaseUrl, Path index) {
    var database = new CatalogDatabase(DatabaseAddress.parse(databaseUrl), "ledger", 2, Duration.ofSeconds(30), LIMIT);
    return new LedgerCheck(database, LuceneVectorStore.readOnly(index));
  }

  /** Waits until nothing is under way; returns what still is when the time is up. */
  public Backlog awaitSettled(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      var backlog = backlog();
      if (backlog.filter(Backlog::isEmpty).isPresent() || System.nanoTime() > end) {
        return backlog.orElse(new Backlog(-1, -1, -1));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Empty while the database does not answer. */
  private Optional<Backlog> backlog() {
    try {
      return queries.backlog().blockOptional(LIMIT);
    } catch (SelfRagException e) {
      if (!e.isTransient()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** Checks, and while something is amiss again for a short time, since counters and status follow the last event. */
  public LedgerReport check(AcceptedLog accepted) {
    long end = System.nanoTime() + GRACE.toNanos();
    while (true) {
      var report = checkOnce(accepted);
      if (report.isOk() || System.nanoTime() > end) {
        return report;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Sizes of what there is now. */
  public LedgerCounts counts() {
    return Objects.requireNonNull(queries.counts().block(LIMIT));
  }

  /** What the documents of a knowledge base have come to, by external id. */
  public Map<String, DocumentDigest> digests(UUID knowledgeBaseId) {
    return Objects.requireNonNull(
        queries.digests(knowledgeBaseId).collectMap(DocumentDigest::externalId).block(LIMIT));
  }

  /** Some of what was embedded for a knowledge base. */
  public List<ChunkSample> sample(UUID knowledgeBaseId, int size) {
    return Objects.requireNonNull(queries.sample(knowledgeBaseId, size).collectList().block(LIMIT));
  }

  private LedgerReport checkOnce(AcceptedLog accepted) {
    var violations = new ArrayList<Violation>(Objects.requireNonNull(queries.violations().collectList().block(LIMIT)));
    long points = 0;
    for (UUID tenant : Objects.requireNonNull(queries.tenants().collectList().block(LIMIT))) {
      points += checkTenant(tenant, violations);
    }
    violations.addAll(promises(accepted));
    return new LedgerReport(violations, counts(), points,
        accepted.acknowledged());
  }

  private long checkTenant(UUID tenant, List<Violation> violations) {
    var rows = Objects.requireNonNull(queries.chunks(tenant).collectMap(StoredChunk::id).block(LIMIT));
    rows.values().stream().filter(it -> !it.id().equals(idOf(it))).forEach(it -> violations.add(new Violation(
        Invariant.NO_DUPLICATES, "WRONG_CHUNK_ID", it.documentId(),
        "chunk " + it.id() + " is not named by what it is")));
    var points = points(tenant);
    var repeated = new HashSet<UUID>();
    var seen = new HashSet<UUID>();
    points.forEach(it -> {
      if (!seen.add(it.chunkId())) {
        repeated.add(it.chunkId());
      }
    });
    violations.addAll(byDocument("POINT_IN_TWO_COLLECTIONS", points, repeated));
    var orphans = new HashSet<>(seen);
    orphans.removeAll(rows.keySet());
    violations.addAll(byDocument("ORPHAN_POINTS", points, orphans));
    violations.addAll(missing(rows, seen));
    return points.size();
  }

  private static UUID idOf(StoredChunk it) {
    return Ids.chunkId(it.tenantId(), it.knowledgeBaseId(), it.documentId(), it.generation(), it.revision(),
        it.attempt(), it.ordinal());
  }

  private static List<Violation> byDocument(String rule, List<Point> points, Set<UUID> wrong) {
    return points.stream().filter(it -> wrong.contains(it.chunkId()))
        .collect(Collectors.groupingBy(it -> it.key(), Collectors.counting())).entrySet().stream()
        .map(it -> new Violation(Invariant.NO_ORPHANS, rule, it.getKey().documentId(),
            it.getValue() + " points of revision " + it.getKey().revision() + "/" + it.getKey().attempt()))
        .toList();
  }

  private static List<Violation> missing(Map<UUID, StoredChunk> rows, Set<UUID> points) {
    return rows.values().stream().filter(it -> !points.contains(it.id()))
        .collect(Collectors.groupingBy(StoredChunk::documentId, Collectors.counting())).entrySet().stream()
        .map(it -> new Violation(Invariant.NO_ORPHANS, "MISSING_POINTS", it.getKey(),
            it.getValue() + " chunk rows have no point"))
        .toList();
  }

  private List<Point> points(UUID tenant) {
    var all = new ArrayList<Point>();
    for (String name : store.collections()) {
      var collection = new CollectionSpec(name, 1);
      Optional<UUID> after = Optional.empty();
      List<Point> page;
      do {
        page = store.scroll(collection, new PointSelection.OfTenant(tenant), after, PAGE);
        all.addAll(page);
        after = page.isEmpty() ? after : Optional.of(page.getLast().chunkId());
      } while (page.size() == PAGE);
    }
    return all;
  }

  private List<Violation> promises(AcceptedLog accepted) {
    var outcomes = new HashMap<UUID, DocumentOutcome>();
    Objects.requireNonNull(queries.outcomes().collectList().block(LIMIT)).forEach(it -> outcomes.put(it.id(), it));
    var broken = new ArrayList<Violation>();
    accepted.expectations().forEach((document, expected) -> {
      var found = outcomes.get(document);
      if (found == null) {
        if (!expected.mayBeAbsent()) {
          broken.add(new Violation(Invariant.NO_LOSS, "LOST_DOCUMENT", document, "accepted, but there is no row"));
        }
      } else if (!expected.allows(found.liveSha256(), found.processingStatus())) {
        broken.add(new Violation(Invariant.NO_LOSS, "BROKEN_PROMISE", document,
            "status " + found.processingStatus() + " " + found.errorCode() + ", live content " + found.liveSha256()
                + ", promised " + expected));
      }
    });
    return broken;
  }

  @Override
  public void close() {
    store.close();
    database.close();
  }
}
