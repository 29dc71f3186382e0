package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.selfrag.query.QueryService.Answer;
import io.selfrag.query.QueryService.As;
import io.selfrag.query.QueryService.Tenant;
import io.selfrag.query.cache.CachingSearch;
import io.selfrag.query.cache.RedisHits;
import io.selfrag.schemas.avro.Sensitivity;
import io.selfrag.servers.FreePorts;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import io.selfrag.vectorstore.PointFilter;
import io.selfrag.vectorstore.SearchRequest;
import io.selfrag.vectorstore.SearchResult;
import io.selfrag.vectorstore.VectorStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/** What is kept of searches makes them cheaper and changes no answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NothingBlocks.class)
class QueryCacheIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final QueryService service = new QueryService(Map.of("QUERY_CACHE", "on"), Map.of());
  private final Library library = new Library(service);
  private final MeterRegistry metrics = service.context.getBean(MeterRegistry.class);

  @AfterAll
  void stop() {
    service.close();
  }

  @Test
  void aQuestionThatWasAskedBeforeCostsNoSearch() {
    var tenant = service.tenant();
    var id = library.add(tenant, Library.document("the badger digs a burrow"));
    assertThat(found(tenant.read(), tenant, Map.of())).containsExactly(id);

    await().atMost(SOON).untilAsserted(() -> {
      double searches = metrics.get("selfrag.search.duration").timer().count();
      double hits = counted("selfrag.search.cache", "hit");
      assertThat(found(tenant.read(), tenant, Map.of())).containsExactly(id);
      assertThat(metrics.get("selfrag.search.duration").timer().count()).isEqualTo((long) searches);
      assertThat(counted("selfrag.search.cache", "hit")).as("both legs, before and after feedback").isEqualTo(hits + 4);
      assertThat(counted("selfrag.embed.cache", "hit")).isPositive();
    });
  }

  @Test
  void S18noStaleEntryHidesWhatChangedWhateverTheOrderOfChangesAndQuestions() {
    var tenant = service.tenant();
    var random = new Random(18);
    var live = new HashMap<UUID, String>();
    for (int step = 0; step < 60; step++) {
      change(tenant, live, random, step);
      var expected = new HashSet<String>(live.values());
      for (int i = 0; i < 2; i++) {
        var answer = retrieve(tenant.read(), tenant, Map.of("top_k", 50));
        assertThat(texts(answer)).as("step " + step + ", question " + i).isEqualTo(expected);
      }
    }
    assertThat(counted("selfrag.search.cache", "hit")).as("and the cache was used").isGreaterThan(30);
  }

  private void change(Tenant tenant, Map<UUID, String> live, Random random, int step) {
    var ids = new ArrayList<>(live.keySet());
    ids.sort(null);
    if (ids.isEmpty() || random.nextInt(3) == 0) {
      var text = "a badger, number " + step;
      live.put(library.add(tenant, Library.document(text)), text);
    } else if (random.nextBoolean()) {
      var text = "another badger, number " + step;
      var id = ids.get(random.nextInt(ids.size()));
      library.add(tenant, Library.draft(id, text));
      live.put(id, text);
    } else {
      var id = ids.get(random.nextInt(ids.size()));
      library.delete(tenant, id);
      live.remove(id);
    }
  }

  @Test
  void noTenantAndNoReaderIsServedWhatWasKeptForAnother() {
    var mine = service.tenant();
    var theirs = service.tenant();
    var open = library.add(mine, Library.document("badger of mine"));
    var secret = library.add(mine, Library.document("secret badger").secret(Sensitivity.RESTRICTED, "ann"));
    var other = library.add(theirs, Library.document("badger of theirs"));
    var ann = service.key(mine.admin(), Map.of("identity", Map.of("user_id", "ann", "clearance", "restricted")));
    var bob = service.key(mine.admin(), Map.of("identity", Map.of("user_id", "bob", "clearance", "restricted")));

    for (int i = 0; i < 3; i++) {
      assertThat(found(ann, mine, Map.of())).containsExactlyInAnyOrder(open, secret);
      assertThat(found(mine.admin(), mine, Map.of())).containsExactlyInAnyOrder(open, secret);
      assertThat(found(bob, mine, Map.of())).containsExactly(open);
      assertThat(found(mine.read(), mine, Map.of())).containsExactly(open);
      assertThat(found(theirs.admin(), theirs, Map.of())).containsExactly(other);
      assertThat(retrieve(theirs.admin(), mine, Map.of()).code()).isEqualTo("KB_NOT_FOUND");
    }
  }

  @Test
  void filtersAndRetrieversHaveEntriesOfTheirOwn() {
    var tenant = service.tenant();
    var old = library.add(tenant, Library.document("badger one").metadata(Map.of("tags", List.of("a, b"))));
    var young = library.add(tenant, Library.document("badger two").metadata(Map.of("tags", List.of("a", "b"))));

    for (int i = 0; i < 2; i++) {
      assertThat(found(tenant.read(), tenant, Map.of())).containsExactlyInAnyOrder(old, young);
      assertThat(found(tenant.read(), tenant, Map.of("metadata_filter", Map.of("tags", "a, b")))).containsExactly(old);
      assertThat(found(tenant.read(), tenant,
          Map.of("metadata_filter", Map.of("tags", Map.of("$in", List.of("a", "b")))))).containsExactly(young);
      for (String retriever : List.of("dense", "bm25")) {
        var answer = retrieve(tenant.read(), tenant, Map.of("retriever_override", Map.of("name", retriever)));
        assertThat(answer.body().at("/results/0/scores/dense").isNumber()).isEqualTo(retriever.equals("dense"));
        assertThat(answer.body().at("/results/0/scores/bm25").isNumber()).isEqualTo(retriever.equals("bm25"));
      }
    }
  }

  @Test
  void withoutRedisEverySearchAsksTheIndex() {
    var tenant = service.tenant();
    library.add(tenant, Library.document("the badger digs a burrow"));
    var away = new LettuceConnectionFactory(
        LettuceConnectionFactory.createRedisConfiguration("redis://localhost:" + FreePorts.any()));
    away.afterPropertiesSet();
    away.start();
    try {
      var meters = new SimpleMeterRegistry();
      var store = new CachingSearch(service.context.getBean(VectorStore.class)::search,
          new RedisHits(away, Duration.ofMinutes(1), InstantSource.system(), meters),
          (_, bases) -> Map.of(bases.iterator().next(), 1L));
      var request = SearchRequest.ofText(new PointFilter(tenant.id(),
          List.of(new PointFilter.Scope(tenant.knowledgeBase(), 1)), List.of(), List.of(), null), null, "badger", 10);
      var collection = CollectionNames.of(tenant.id(), "words-and-trigrams", 64, Isolation.PARTITION);

      for (int i = 0; i < 3; i++) {
        assertThat(store.search(collection, request).bm25()).hasSize(1);
      }

      assertThat(meters.get("selfrag.search.cache").tag("result", "error").counter().count())
          .as("asked once, then left alone").isEqualTo(1);
      assertThat(meters.get("selfrag.search.cache").tag("result", "miss").counter().count()).isEqualTo(3);
    } finally {
      away.destroy();
    }
  }

  @Test
  void S18theRevisionsOfARequestAreReadOnceForAllItsSearchesAndBeforeThem() {
    var reads = new AtomicInteger();
    var base = UUID.randomUUID();
    var redis = service.context.getBean(ReactiveRedisConnectionFactory.class);
    var readsAtSearch = new ArrayList<Integer>();
    var search = new CachingSearch((_, _) -> {
      readsAtSearch.add(reads.get());
      return new SearchResult(List.of(), List.of());
    }, new RedisHits(redis, Duration.ofMinutes(1), InstantSource.system(), new SimpleMeterRegistry()),
        (_, bases) -> Map.of(bases.iterator().next(), (long) reads.incrementAndGet()));
    var request = SearchRequest.ofText(new PointFilter(UUID.randomUUID(),
        List.of(new PointFilter.Scope(base, 1)), List.of(), List.of(), null), null, "badger", 10);
    var collection = CollectionNames.of(UUID.randomUUID(), "words-and-trigrams", 64, Isolation.PARTITION);

    var during = search.during(request.filter().tenantId(), List.of(base));
    during.search(collection, request);
    during.search(collection, request);
    search.search(collection, request);

    assertThat(reads).hasValue(2);
    assertThat(readsAtSearch).startsWith(1).as("the next request has a revision of its own").endsWith(2);
  }

  private double counted(String name, String result) {
    return metrics.get(name).tag("result", result).counter().count();
  }

  private Set<UUID> found(As as, Tenant tenant, Map<String, Object> fields) {
    var answer = QueryService.require(200, retrieve(as, tenant, fields));
    var ids = new HashSet<UUID>();
    answer.body().path("results").forEach(it -> ids.add(UUID.fromString(it.path("document_id").asString())));
    return ids;
  }

  private static Set<String> texts(Answer answer) {
    var texts = new HashSet<String>();
    QueryService.require(200, answer).body().path("results").forEach(it -> texts.add(it.path("text").asString()));
    return texts;
  }

  private Answer retrieve(As as, Tenant tenant, Map<String, Object> fields) {
    var body = new HashMap<String, Object>(
        Map.of("query", "badger", "knowledge_base_ids", List.of(tenant.knowledgeBase())));
    body.putAll(fields);
    return service.post(as, "/v1/retrieve", body);
  }
}
