package io.selfrag.standalone.client;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to the HTTP API with one credential. Safe for concurrent callers. Failures come out as {@link ApiFailure}. */
public final class ApiClient implements AutoCloseable {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final int MOST_ATTEMPTS = 8;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final URI base;
  private final String headerName;
  private final String headerValue;

  private ApiClient(String baseUrl, String headerName, String headerValue) {
    this.base = URI.create(baseUrl.replaceAll("/+$", ""));
    this.headerName = headerName;
    this.headerValue = headerValue;
  }

  /** A client with a tenant's API key. */
  public static ApiClient ofTenant(String baseUrl, String apiKey) {
    return new ApiClient(baseUrl, "Authorization", "Bearer " + apiKey);
  }

  /** A client with the operator's token. */
  public static ApiClient ofOperator(String baseUrl, String adminToken) {
    return new ApiClient(baseUrl, "X-Admin-Token", adminToken);
  }

  public JsonNode get(String path) {
    return send(request(path).GET());
  }

  public JsonNode post(String path, Object body) {
    return send(request(path).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  /**
   * Sends a file as {@code multipart/form-data}, streamed from disk. Tries again while the system is saturated or restarting;
   * an {@code external_id} among the fields makes that safe.
   */
  public JsonNode upload(String path, Map<String, String> fields, Path file, String fileName) {
    var boundary = "selfrag-" + UUID.nameUUIDFromBytes(file.toString().getBytes(StandardCharsets.UTF_8));
    for (int attempt = 1;; attempt++) {
      try {
        return send(request(path).timeout(Duration.ofMinutes(5))
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(multipart(boundary, fields, file, fileName)));
      } catch (ApiFailure e) {
        boolean mayPass = e.status() == 0 || e.status() == 429 || e.status() == 503;
        if (!mayPass || attempt == MOST_ATTEMPTS) {
          throw e;
        }
        pause(Duration.ofMillis(250L << Math.min(attempt, 5)));
      }
    }
  }

  private static BodyPublisher multipart(String boundary, Map<String, String> fields, Path file, String fileName) {
    var parts = new ArrayList<BodyPublisher>();
    fields.forEach((name, value) -> parts.add(BodyPublishers.ofString("--" + boundary
        + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + value + "\r\n")));
    parts.add(BodyPublishers.ofString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
        + fileName.replaceAll("[\"\\\\\r\n]", "_") + "\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
    try {
      parts.add(BodyPublishers.ofFile(file));
    } catch (FileNotFoundException e) {
      throw new ApiFailure(0, "cannot read " + file);
    }
    parts.add(BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    return BodyPublishers.concat(parts.toArray(BodyPublisher[]::new));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60))
        .header(headerName, headerValue).header("Accept", "application/json");
  }

  private JsonNode send(HttpRequest.Builder request) {
    HttpResponse<String> response;
    try {
      response = http.send(request.build(), BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw new ApiFailure(0, "Nothing answers at " + base + ". Is it running? Start it with ./selfrag up.");
    } catch (IOException e) {
      throw new ApiFailure(0, "The connection to " + base + " failed: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiFailure(0, "interrupted");
    }
    var body = parse(response.body());
    if (response.statusCode() >= 400) {
      throw new ApiFailure(response.statusCode(), sentence(response.statusCode(), body));
    }
    return body;
  }

  private static JsonNode parse(String body) {
    try {
      return body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
    } catch (JacksonException e) {
      return JSON.createObjectNode();
    }
  }

  private static String sentence(int status, JsonNode problem) {
    var detail = problem.path("detail").asString("");
    var code = problem.path("code").asString("HTTP " + status);
    return detail.isEmpty() ? code : code + ": " + detail;
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ApiFailure(0, "interrupted");
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
