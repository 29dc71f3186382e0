package io.selfrag.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads from the metrics how long the stages of retrieval have taken since the start, in seconds. */
final class StageTimes {
  private static final Pattern SUM = Pattern
      .compile("^selfrag_retrieve_duration_seconds_sum\\{.*stage=\"([^\"]+)\".*} (\\S+)$");

  private StageTimes() {}

  static Map<String, Double> read(String baseUrl) {
    try (var http = HttpClient.newHttpClient()) {
      var body = http.send(HttpRequest.newBuilder(URI.create(baseUrl + "/metrics")).build(), BodyHandlers.ofString())
          .body();
      var sums = new TreeMap<String, Double>();
      body.lines().map(SUM::matcher).filter(java.util.regex.Matcher::matches)
          .forEach(it -> sums.merge(it.group(1), Double.valueOf(it.group(2)), Double::sum));
      return sums;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** What each stage took between two readings. */
  static Map<String, Double> between(Map<String, Double> before, Map<String, Double> after) {
    var spent = new TreeMap<String, Double>();
    after.forEach((stage, sum) -> spent.put(stage, sum - before.getOrDefault(stage, 0.0)));
    return spent;
  }
}
