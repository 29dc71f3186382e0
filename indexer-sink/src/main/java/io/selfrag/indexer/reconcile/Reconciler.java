package io.selfrag.indexer.reconcile;

import io.selfrag.catalog.CatalogDatabase;
import io.selfrag.catalog.StoreCalls;
import io.selfrag.catalog.index.FenceRows;
import io.selfrag.catalog.index.KeptChunk;
import io.selfrag.catalog.index.KeptChunks;
import io.selfrag.catalog.index.KeptChunks.Counted;
import io.selfrag.catalog.index.Refreshes;
import io.selfrag.catalog.ledger.LedgerQueries;
import io.selfrag.catalog.reconcile.CounterRepair;
import io.selfrag.catalog.reconcile.Place;
import io.selfrag.catalog.reconcile.Reconciliation;
import io.selfrag.catalog.reconcile.Reconciliation.Phase;
import io.selfrag.catalog.reconcile.Reconciliations;
import io.selfrag.catalog.reconcile.Tally;
import io.selfrag.indexer.index.Routes;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.PointSelection;
import io.selfrag.vectorstore.VectorStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what operators asked for, a page at each sweep: the rows of every document, then every point, then what the tables say of
 * each other. A page may be done twice, to the same effect; another sink goes on where this one stopped.
 */
public final class Reconciler {
  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
  private static final int PAGE = 1000;
  /** Longer than a page takes on a slow store; what ends later is done again by another sink. */
  private static final Duration LEASE = Duration.ofMinutes(2);
  private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);
  private static final UUID LOWEST = new UUID(0, 0);
  /** Stands for a knowledge base while points of tenants are looked at that no table knows. */
  private static final UUID UNKNOWN = new UUID(0, 1);

  private final Reconciliations reconciliations;
  private final KeptChunks chunks;
  private final RowsPage rowsPage;
  private final PointsPage pointsPage;
  private final LedgerPage ledgerPage;
  private final VectorStore store;

  public Reconciler(CatalogDatabase database, FenceRows fences, VectorStore store) {
    this.reconciliations = new Reconciliations(database);
    this.chunks = new KeptChunks(database);
    this.rowsPage = new RowsPage(chunks, fences, new Refreshes(database), store);
    this.pointsPage = new PointsPage(chunks, fences, store);
    this.ledgerPage = new LedgerPage(new LedgerQueries(database), new CounterRepair(database));
    this.store = store;
  }

  /** Does the next page of the oldest; 0 if there is none. */
  public int sweep() {
    var claimed = StoreCalls.await(reconciliations.claim(LEASE), DATABASE_TIMEOUT);
    if (claimed == null) {
      return 0;
    }
    try {
      switch (claimed.phase()) {
        case ROWS -> rows(claimed);
        case POINTS -> points(claimed);
        case LEDGER -> ledger(claimed);
      }
    } catch (SelfRagException e) {
      giveBack(claimed, e);
    }
    return 1;
  }

  private void giveBack(Reconciliation claimed, SelfRagException failure) {
    if (failure.isTransient()) {
      StoreCalls.await(reconciliations.release(claimed), DATABASE_TIMEOUT);
      throw failure;
    }
    log.atError().addKeyValue("reconciliation_id", claimed.id()).setCause(failure).log("reconciliation failed");
    StoreCalls.await(reconciliations.failed(claimed, failure.code() + ": " + failure.detail()), DATABASE_TIMEOUT);
  }

  private void rows(Reconciliation it) {
    var from = it.place();
    var documents = StoreCalls.get(
        chunks.documentsAfter(it.tenantId(), from.tenantId(), from.knowledgeBaseId(), from.id()), DATABASE_TIMEOUT);
    if (documents.isEmpty()) {
      advance(it, Phase.POINTS, Place.START, Found.NOTHING);
      return;
    }
    var window = window(documents);
    var found = new Found(Tally.ofRows(window.size(), window.stream().mapToLong(Counted::chunks).sum()), List.of());
    if (window.getFirst().chunks() > PAGE) {
      found = found.plus(large(window.getFirst().documentId(), it));
    } else {
      var ids = window.stream().filter(document -> document.chunks() > 0).map(Counted::documentId).toList();
      found = found.plus(rowsPage.check(StoreCalls.get(chunks.of(ids), DATABASE_TIMEOUT), it.mode()));
    }
    var last = window.getLast();
    advance(it, Phase.ROWS, new Place("", last.tenantId(), last.knowledgeBaseId(), last.documentId()), found);
  }

  /** As many documents as fill a page, or one that is larger than that. */
  private static List<Counted> window(List<Counted> documents) {
    var window = new ArrayList<Counted>();
    long chunks = 0;
    for (Counted document : documents) {
      chunks += document.chunks();
      if (!window.isEmpty() && chunks > PAGE) {
        break;
      }
      window.add(document);
    }
    return window;
  }

  private Found large(UUID document, Reconciliation it) {
    var found = Found.NOTHING;
    KeptChunk last = null;
    List<KeptChunk> page;
    do {
      page = page(document, last);
      found = found.plus(rowsPage.check(page, it.mode()));
      last = page.isEmpty() ? last : page.getLast();
    } while (page.size() == PAGE);
    return found;
  }

  private List<KeptChunk> page(UUID document, @Nullable KeptChunk last) {
    return StoreCalls.get(chunks.of(document, last, PAGE), DATABASE_TIMEOUT);
  }

  private void points(Reconciliation it) {
    var place = it.place();
    var tenant = place.tenantId();
    var collection = place.collection().isEmpty() ? null : new CollectionSpec(place.collection(), 1);
    if (collection != null) {
      var after = place.id().equals(LOWEST) ? Optional.<UUID>empty() : Optional.of(place.id());
      var page = store.scroll(collection, new PointSelection.OfTenant(tenant), after, PAGE);
      if (!page.isEmpty()) {
        var next = new Place(place.collection(), tenant, place.knowledgeBaseId(), page.getLast().chunkId());
        advance(it, Phase.POINTS, next, pointsPage.check(collection, tenant, page, it.mode()));
        return;
      }
    }
    var next = nextCollection(tenant, place.collection());
    if (next.isPresent() && !tenant.equals(LOWEST)) {
      advance(it, Phase.POINTS, new Place(next.get(), tenant, place.knowledgeBaseId(), LOWEST), Found.NOTHING);
      return;
    }
    var following = following(it);
    if (following == null) {
      advance(it, Phase.LEDGER, Place.START, Found.NOTHING);
    } else {
      advance(it, Phase.POINTS, following, Found.NOTHING);
    }
  }

  /** The tenants of the table, and if all are meant those that the store alone knows; null at the end. */
  private @Nullable Place following(Reconciliation it) {
    var place = it.place();
    if (!place.knowledgeBaseId().equals(UNKNOWN)) {
      var known = StoreCalls.await(reconciliations.tenantAfter(place.tenantId(), it.tenantId()), DATABASE_TIMEOUT);
      if (known != null) {
        return new Place("", known, LOWEST, LOWEST);
      }
    }
    if (it.tenantId() != null) {
      return null;
    }
    var after = place.knowledgeBaseId().equals(UNKNOWN) ? place.tenantId() : LOWEST;
    var unknown = new HashSet<UUID>();
    for (String collection : store.collections()) {
      if (CollectionNames.isOurs(collection)) {
        unknown.addAll(store.tenants(new CollectionSpec(collection, 1)));
      }
    }
    unknown.removeAll(StoreCalls.get(reconciliations.tenantsAmong(unknown), DATABASE_TIMEOUT));
    return unknown.stream().filter(id -> id.toString().compareTo(after.toString()) > 0)
        .min(Comparator.comparing(UUID::toString)).map(id -> new Place("", id, UNKNOWN, LOWEST)).orElse(null);
  }

  private Optional<String> nextCollection(UUID tenant, String after) {
    return Routes.everyOf(store.collections(), tenant).stream().map(CollectionSpec::name)
        .filter(name -> name.compareTo(after) > 0).min(Comparator.naturalOrder());
  }

  private void ledger(Reconciliation it) {
    var rule = LedgerQueries.standingRules().stream().sorted()
        .filter(name -> name.compareTo(it.place().collection()) > 0)
        .findFirst();
    if (rule.isPresent()) {
      var next = new Place(rule.get(), LOWEST, LOWEST, LOWEST);
      advance(it, Phase.LEDGER, next, ledgerPage.check(rule.get(), it.tenantId(), it.mode()));
      return;
    }
    StoreCalls.await(reconciliations.done(it, Tally.NONE, List.of()), DATABASE_TIMEOUT);
    log.atInfo().addKeyValue("reconciliation_id", it.id()).addKeyValue("mode", it.mode())
        .addKeyValue("chunks", it.tally().chunks()).addKeyValue("repaired", it.tally().repaired())
        .log("reconciliation done");
  }

  private void advance(Reconciliation it, Phase phase, Place place, Found found) {
    StoreCalls.await(reconciliations.advance(it, phase, place, found.tally(), found.findings()), DATABASE_TIMEOUT);
  }
}
