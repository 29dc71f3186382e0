package io.selfrag.bench.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Reads from the metrics how many texts were embedded since the start. */
public final class Embeddings {
  private static final String METRIC = "selfrag_embed_texts_total";

  private Embeddings() {}

  /** The sum over all models, outcomes and purposes. */
  public static long count(String baseUrl) {
    try (var http = HttpClient.newHttpClient()) {
      var response = http.send(HttpRequest.newBuilder(URI.create(baseUrl + "/metrics")).build(),
          BodyHandlers.ofString());
      return (long) response.body().lines().filter(line -> line.startsWith(METRIC))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }
}
