package io.selfrag.generation.remote;

import io.selfrag.generation.remote.ModelFailure.Kind;
import io.selfrag.generation.rerank.Reranker;
import io.selfrag.generation.rerank.RerankerId;
import io.selfrag.schemas.ErrorCode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks a server by {@code POST /rerank}, as Cohere, Jina, Voyage, vLLM and others have it: bounded in time, asked again after
 * failures that may pass, left alone while it is known to be away.
 */
public final class RemoteReranker implements Reranker {
  /** Name in settings and answers. */
  public static final String PROVIDER = "http";

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(1);
  /** Room for servers that send the passages back, beside the scores. */
  private static final long LONGEST_ANSWER = 8L * 1024 * 1024;

  private final RerankServer server;
  private final Refusals refusals;
  private final CircuitBreaker breaker;
  private final HttpClient client;

  private RemoteReranker(RerankServer server, InstantSource clock) {
    this.server = server;
    this.refusals = new Refusals(PROVIDER + "/" + server.model());
    this.breaker = new CircuitBreaker(clock);
    // Redirects are not followed: the key goes to the operator's address alone.
    this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT)
        .followRedirects(HttpClient.Redirect.NEVER).build();
  }

  /** Does no I/O yet. */
  public static Reranker create(RerankServer server, InstantSource clock) {
    return new RemoteReranker(server, clock);
  }

  @Override
  public RerankerId id() {
    return new RerankerId(PROVIDER, server.model());
  }

  @Override
  public double share() {
    return 1;
  }

  @Override
  public List<Double> score(String question, List<String> passages) {
    long end = System.nanoTime() + server.timeout().toNanos();
    try {
      for (int attempt = 0;; attempt++) {
        try {
          return guarded(question, passages, Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
        } catch (ModelFailure e) {
          var pause = e.pause() == null ? backoff(attempt) : e.pause();
          boolean inTime = pause.compareTo(LONGEST_BACKOFF) <= 0 && System.nanoTime() + pause.toNanos() < end;
          if (e.kind() != Kind.PASSING || attempt >= server.retries() || !inTime) {
            throw e;
          }
          TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }
      }
    } catch (ModelFailure e) {
      throw e.toCaller();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ModelFailure.passing("interrupted while waiting for " + server.model(), e).toCaller();
    }
  }

  private List<Double> guarded(String question, List<String> passages, Duration limit) throws InterruptedException {
    if (!breaker.mayCall()) {
      throw new ModelFailure(ErrorCode.MODEL_UNAVAILABLE, Kind.MISCONFIGURED,
          server.model() + " failed repeatedly and is left alone for a moment", null, CircuitBreaker.PAUSE);
    }
    boolean decided = false;
    try {
      var scores = call(question, passages, limit);
      breaker.succeeded();
      decided = true;
      return scores;
    } catch (ModelFailure e) {
      decided = true;
      if (e.kind() == Kind.PROMPT) {
        breaker.succeeded();
      } else {
        breaker.failed();
      }
      throw e;
    } finally {
      if (!decided) {
        breaker.undecided();
      }
    }
  }

  private List<Double> call(String question, List<String> passages, Duration limit) throws InterruptedException {
    var body = new LinkedHashMap<String, Object>(Map.of("model", server.model(), "query", question, "documents",
        passages, "top_n", passages.size()));
    var base = server.baseUrl().toString();
    var request = HttpRequest.newBuilder(URI.create(base.endsWith("/") ? base + "rerank" : base + "/rerank"))
        .header("Content-Type", "application/json").header("Accept", "application/json")
        .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    if (server.apiKey() != null) {
      request.header("Authorization", "Bearer " + server.apiKey());
    }
    var response = sent(request.build(), limit);
    if (response.statusCode() / 100 != 2) {
      throw refusals.of(response.statusCode(), response.body(), response.headers());
    }
    try {
      return scores(JSON.readTree(response.body()), passages.size());
    } catch (JacksonException e) {
      throw unreadable(e);
    }
  }

  /** Bounded in size, and in time to the last byte: the time-out of a request ends with the head of its answer. */
  private HttpResponse<String> sent(HttpRequest request, Duration limit) throws InterruptedException {
    var call = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST_ANSWER));
    try {
      return call.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw ModelFailure.passing(server.model() + " did not answer in time", e);
    } catch (ExecutionException e) {
      throw ModelFailure.passing(server.model() + " cannot be reached, or its answer cannot be read", e.getCause());
    } finally {
      // Ends a call that is not over, so that its connection does not stay with a server that never ends.
      call.cancel(true);
    }
  }

  /** {@code results} (Cohere, Jina), {@code data} (Voyage) or the list itself; what it left out is worth nothing. */
  private List<Double> scores(JsonNode answer, int count) {
    var list = answer.isArray()
        ? answer
        : answer.path("results").isArray() ? answer.path("results") : answer.path("data");
    if (!list.isArray() || list.isEmpty()) {
      throw unreadable(null);
    }
    var given = new HashMap<Integer, Double>();
    for (JsonNode item : list) {
      int index = item.path("index").asInt(-1);
      var score = item.has("relevance_score") ? item.path("relevance_score") : item.path("score");
      if (index < 0 || index >= count || !score.isNumber() || given.put(index, score.asDouble()) != null) {
        throw unreadable(null);
      }
    }
    // Most servers give 0 to 1 and some the model's logits: one scale for an answer, or their order would not hold.
    boolean areLogits = given.values().stream().anyMatch(it -> it < 0 || it > 1);
    var scores = new ArrayList<Double>(Collections.nCopies(count, 0.0));
    given.forEach((index, score) -> scores.set(index, areLogits ? 1 / (1 + Math.exp(-score)) : score));
    return scores;
  }

  private ModelFailure unreadable(@org.jspecify.annotations.Nullable Throwable cause) {
    return ModelFailure.passing(server.model() + " gave an answer that cannot be read", cause);
  }

  private static Duration backoff(int attempt) {
    long longest = Math.min(LONGEST_BACKOFF.toMillis(), FIRST_BACKOFF.toMillis() << Math.min(attempt, 10));
    return Duration.ofMillis(longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
