package io.selfrag.bench.api;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the HTTP API with one credential, once a call. Safe for concurrent callers. */
public final class Api implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String BOUNDARY = "selfrag-bench-7d1f0c";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(5)).build();
  private final String baseUrl;
  private final String header;
  private final String value;

  private Api(String baseUrl, String header, String value) {
    this.baseUrl = baseUrl;
    this.header = header;
    this.value = value;
  }

  /** With a tenant's key. */
  public static Api ofTenant(String baseUrl, String apiKey) {
    return new Api(baseUrl, "Authorization", "Bearer " + apiKey);
  }

  /** With the operator's token. */
  public static Api ofOperator(String baseUrl, String adminToken) {
    return new Api(baseUrl, "X-Admin-Token", adminToken);
  }

  public Reply get(String path) {
    return send("GET", path, null, BodyPublishers.noBody(), TIMEOUT);
  }

  public Reply post(String path, Object body) {
    return call("POST", path, body);
  }

  /** A call that may take longer than the usual 30 seconds. */
  public Reply post(String path, Object body, Duration timeout) {
    return send("POST", path, "application/json", BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)), timeout);
  }

  public Reply put(String path, Object body) {
    return call("PUT", path, body);
  }

  public Reply patch(String path, Object body) {
    return call("PATCH", path, body);
  }

  public Reply delete(String path) {
    return send("DELETE", path, null, BodyPublishers.noBody(), TIMEOUT);
  }

  private Reply call(String method, String path, Object body) {
    return send(method, path, "application/json", BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)), TIMEOUT);
  }

  /** Sends a file as a form. */
  public Reply upload(String path, Map<String, String> fields, String fileName, byte[] file) {
    var parts = new ArrayList<byte[]>();
    fields.forEach((name, text) -> parts.add(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name
        + "\"\r\n\r\n" + text + "\r\n").getBytes(StandardCharsets.UTF_8)));
    parts.add(("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + fileName
        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n").getBytes(StandardCharsets.UTF_8));
    parts.add(file);
    parts.add(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return send("POST", path, "multipart/form-data; boundary=" + BOUNDARY, BodyPublishers.ofByteArrays(parts),
        Duration.ofMinutes(2));
  }

  /**
   * Sends lines to the bulk route as fast as it takes them.
   *
   * @return an array of the results, one for each line
   */
  public Reply bulk(String path, Iterable<byte[]> lines) {
    return send("POST", path, "application/x-ndjson", BodyPublishers.ofByteArrays(lines), Duration.ofHours(2));
  }

  /** The same call again while the system is away, saturated or restarting. */
  public static Reply untilAnswered(java.util.function.Supplier<Reply> call, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      var reply = call.get();
      if (!reply.isTransient() || System.nanoTime() > end) {
        return reply;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /**
   * A call whose answer is no JSON: a stream of events, read to its end.
   *
   * @throws IllegalStateException if it is refused, or breaks off without an end
   */
  public String text(String path, Object body) {
    var request = HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(TIMEOUT).header(header, value)
        .header("Content-Type", "application/json").POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    try {
      var response = http.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(path + " answers " + response.statusCode() + ": " + response.body());
      }
      return response.body();
    } catch (IOException e) {
      throw new IllegalStateException(path + " breaks off", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Reply send(String method, String path, @Nullable String contentType, BodyPublisher body, Duration timeout) {
    var request = HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(timeout).header(header, value)
        .header("Accept", "application/json, application/x-ndjson").method(method, body);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    try {
      var response = http.send(request.build(), BodyHandlers.ofString());
      var type = response.headers().firstValue("Content-Type").orElse("");
      return new Reply(response.statusCode(),
          type.contains("ndjson") ? lines(response.body()) : parse(response.body()));
    } catch (IOException e) {
      return new Reply(0, JSON.createObjectNode().put("error", String.valueOf(e)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Reply(0, JSON.createObjectNode().put("error", "interrupted"));
    }
  }

  private static JsonNode lines(String body) {
    var all = JSON.createArrayNode();
    body.lines().filter(line -> !line.isBlank()).forEach(line -> all.add(parse(line)));
    return all;
  }

  private static JsonNode parse(String body) {
    try {
      return body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
    } catch (JacksonException e) {
      return JSON.createObjectNode().put("error", "not JSON");
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
