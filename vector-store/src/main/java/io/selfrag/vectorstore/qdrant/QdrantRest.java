package io.selfrag.vectorstore.qdrant;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Qdrant's REST interface, for what gRPC does not have: snapshots as files. What is not there is empty, all else must succeed. */
final class QdrantRest implements AutoCloseable {
  private static final int DEFAULT_PORT = 6333;
  private static final int NOT_FOUND = 404;
  private static final int MAX_SAID = 300;
  /** Longer than chance lets a file have it. */
  private static final String BOUNDARY = "selfrag-5d9f1c0b7e2a4d6e8f30a1c2b4d6e8f0";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http;
  private final String base;
  private final @Nullable String apiKey;
  private final Duration limit;

  /**
   * @param url as {@code QDRANT_URL} has it; a path in it is kept
   * @param limit of each call, from its beginning to the last byte of the answer
   */
  QdrantRest(URI url, @Nullable String apiKey, Duration limit) {
    // HTTP/1.1: a large body must not be part of an attempt to agree on HTTP/2.
    this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10))
        .build();
    int port = url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
    var path = url.getPath() == null ? "" : url.getPath().replaceAll("/+$", "");
    this.base = url.getScheme() + "://" + url.getHost() + ":" + port + path;
    this.apiKey = apiKey;
    this.limit = limit;
  }

  /** The {@code result} of an answer, or all of it where there is none. */
  Optional<JsonNode> get(String path) {
    return json("GET", path, BodyPublishers.noBody(), "application/json");
  }

  Optional<JsonNode> post(String path, Map<String, Object> body) {
    return json("POST", path, BodyPublishers.ofString(JSON.writeValueAsString(body)), "application/json");
  }

  Optional<JsonNode> delete(String path) {
    return json("DELETE", path, BodyPublishers.noBody(), "application/json");
  }

  /** Sends a file as the one part of a form. */
  Optional<JsonNode> upload(String path, String part, Path file, String fileName) throws FileNotFoundException {
    var head = "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + part + "\"; filename=\"" + fileName
        + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    var form = BodyPublishers.concat(BodyPublishers.ofString(head), BodyPublishers.ofFile(file),
        BodyPublishers.ofString("\r\n--" + BOUNDARY + "--\r\n"));
    return json("POST", path, form, "multipart/form-data; boundary=" + BOUNDARY);
  }

  /** Writes an answer into a new file; false if there is no such thing. */
  boolean download(String path, Path file) {
    BodyHandler<String> intoFile = answer -> answer.statusCode() == 200
        ? BodySubscribers.mapping(BodySubscribers.ofFile(file), _ -> "")
        : BodySubscribers.ofString(StandardCharsets.UTF_8);
    return checked("GET", path, send("GET", path, BodyPublishers.noBody(), "application/json", intoFile)).isPresent();
  }

  private Optional<JsonNode> json(String method, String path, BodyPublisher body, String type) {
    return checked(method, path, send(method, path, body, type, BodyHandlers.ofString())).map(text -> {
      try {
        var answer = JSON.readTree(text);
        return answer.has("result") ? answer.path("result") : answer;
      } catch (JacksonException e) {
        throw failure(method, path, "does not answer with JSON: QDRANT_URL must name the REST port (6333)", e);
      }
    });
  }

  private Optional<String> checked(String method, String path, HttpResponse<String> answer) {
    int status = answer.statusCode();
    if (status == NOT_FOUND) {
      return Optional.empty();
    }
    if (status / 100 != 2) {
      var said = answer.body().length() > MAX_SAID ? answer.body().substring(0, MAX_SAID) : answer.body();
      throw failure(method, path, status == 401 || status == 403
          ? "refuses the key in QDRANT_API_KEY"
          : "answers " + status + ": " + said, null);
    }
    return Optional.of(answer.body());
  }

  private <T> HttpResponse<T> send(String method, String path, BodyPublisher body, String type,
      BodyHandler<T> handler) {
    var request = HttpRequest.newBuilder(URI.create(base + path)).method(method, body).header("Content-Type", type);
    if (apiKey != null) {
      request.header("api-key", apiKey);
    }
    var call = http.sendAsync(request.build(), handler);
    try {
      return call.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      call.cancel(true);
      throw failure(method, path, "has not answered within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      var cause = e.getCause() instanceof IOException io ? io : e;
      throw failure(method, path, "cannot be reached, or the file not written: " + cause, cause);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw failure(method, path, "was not waited for", e);
    }
  }

  private SelfRagException failure(String method, String path, String what, @Nullable Throwable cause) {
    return new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "Qdrant at " + base + " " + what + " (" + method + " "
        + path.replaceAll("\\?.*", "") + ")", cause);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
