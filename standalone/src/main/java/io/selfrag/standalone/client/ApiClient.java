package io.selfrag.standalone.client;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to the HTTP API with one credential. Safe for concurrent callers. Failures come out as {@link ApiFailure}. */
public final class ApiClient implements AutoCloseable {
  private static final ObjectMapper JSON = JsonMapper.builder().build();
  private static final Duration ORDINARY = Duration.ofSeconds(60);
  private static final Duration UPLOAD = Duration.ofMinutes(5);
  private static final int UNAUTHORIZED = 401;
  private static final long LONGEST_PAUSE_SECONDS = 60;

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final URI base;
  private final String headerName;
  private final String headerValue;

  private final String ifSilent;

  private ApiClient(String baseUrl, String headerName, String headerValue, String ifSilent) {
    if (!baseUrl.matches("https?://[^\\s/]+.*")) {
      throw new ApiFailure(0, baseUrl + " is not a base URL: it must look like http://localhost:8020.");
    }
    this.base = URI.create(baseUrl.replaceAll("/+$", ""));
    this.headerName = headerName;
    this.headerValue = headerValue;
    this.ifSilent = ifSilent;
  }

  /**
   * A client without a credential.
   *
   * @param ifSilent what a person may do if nothing answers, as a sentence
   */
  public static ApiClient ofAnyone(String baseUrl, String ifSilent) {
    return new ApiClient(baseUrl, "User-Agent", "selfrag", ifSilent);
  }

  /**
   * A client with a tenant's API key.
   *
   * @param ifSilent what a person may do if nothing answers, as a sentence
   */
  public static ApiClient ofTenant(String baseUrl, String apiKey, String ifSilent) {
    return new ApiClient(baseUrl, "Authorization", "Bearer " + apiKey, ifSilent);
  }

  /**
   * A client with the operator's token.
   *
   * @param ifSilent what a person may do if nothing answers, as a sentence
   */
  public static ApiClient ofOperator(String baseUrl, String adminToken, String ifSilent) {
    return new ApiClient(baseUrl, "X-Admin-Token", adminToken, ifSilent);
  }

  public JsonNode get(String path) {
    return send(request(path, ORDINARY).GET());
  }

  public JsonNode post(String path, Object body) {
    return send(request(path, ORDINARY).header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  /**
   * Sends a file as {@code multipart/form-data}, streamed from disk. An {@code external_id} among the fields makes it safe to
   * send it again after a failure.
   *
   * @throws FileNotFoundException if there is no such file that may be read
   */
  public JsonNode upload(String path, Map<String, String> fields, Path file) throws FileNotFoundException {
    var boundary = "selfrag-" + UUID.nameUUIDFromBytes(file.toString().getBytes(StandardCharsets.UTF_8));
    return send(request(path, UPLOAD).header("Content-Type", "multipart/form-data; boundary=" + boundary)
        .POST(multipart(boundary, fields, file)));
  }

  private static BodyPublisher multipart(String boundary, Map<String, String> fields, Path file)
      throws FileNotFoundException {
    var parts = new ArrayList<BodyPublisher>();
    fields.forEach((name, value) -> parts.add(BodyPublishers.ofString("--" + boundary
        + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        + value + "\r\n")));
    var name = String.valueOf(file.getFileName()).replaceAll("[\"\\\\\r\n]", "_");
    parts.add(BodyPublishers.ofString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
        + name + "\"\r\nContent-Type: application/octet-stream\r\n\r\n"));
    parts.add(BodyPublishers.ofFile(file));
    parts.add(BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    return BodyPublishers.concat(parts.toArray(BodyPublisher[]::new));
  }

  private HttpRequest.Builder request(String path, Duration limit) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(limit).header(headerName, headerValue)
        .header("Accept", "application/json");
  }

  /**
   * Posts and hands on the events of the answer as they come; returns when the answer ends.
   *
   * @throws ApiFailure if the call is refused, the stream breaks, or it ends with an error
   */
  public void stream(String path, Object body, Consumer<StreamEvent> events) {
    var request = HttpRequest.newBuilder(URI.create(base + path)).timeout(UPLOAD).header(headerName, headerValue)
        .header("Accept", "text/event-stream, application/problem+json").header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
    var response = exchange(request, BodyHandlers.ofLines());
    try (var lines = response.body()) {
      if (response.statusCode() >= 400) {
        throw refusal(response, parse(lines.collect(Collectors.joining("\n"))));
      }
      lines.forEach(new StreamReader(events)::line);
    } catch (UncheckedIOException e) {
      throw broken(Objects.requireNonNull(e.getCause()));
    }
  }

  /** Writes the answer down as it comes, without a limit of time. */
  public void download(String path, OutputStream out) {
    var request = HttpRequest.newBuilder(URI.create(base + path)).header(headerName, headerValue)
        .header("Accept", "application/x-ndjson, application/problem+json").GET();
    var response = exchange(request, BodyHandlers.ofInputStream());
    try (var in = response.body()) {
      if (response.statusCode() >= 400) {
        throw refusal(response, parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      }
      in.transferTo(out);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private JsonNode send(HttpRequest.Builder request) {
    var response = exchange(request, BodyHandlers.ofString());
    var body = parse(response.body());
    if (response.statusCode() >= 400) {
      throw refusal(response, body);
    }
    return body;
  }

  private ApiFailure refusal(HttpResponse<?> response, JsonNode body) {
    return new ApiFailure(response.statusCode(), sentence(response.statusCode(), body), retryAfter(response));
  }

  private ApiFailure broken(IOException failure) {
    return new ApiFailure(0, "The connection to " + base + " failed: "
        + Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName()) + ".");
  }

  private <T> HttpResponse<T> exchange(HttpRequest.Builder request, BodyHandler<T> reading) {
    try {
      return http.send(request.build(), reading);
    } catch (ConnectException _) {
      throw new ApiFailure(0, "Nothing answers at " + base + ". " + ifSilent);
    } catch (HttpTimeoutException _) {
      throw new ApiFailure(0, "The system at " + base + " did not answer in time.");
    } catch (IOException e) {
      throw broken(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ApiFailure(0, "Interrupted.");
    }
  }

  private static JsonNode parse(String body) {
    try {
      return body.isBlank() ? JSON.createObjectNode() : JSON.readTree(body);
    } catch (JacksonException _) {
      return JSON.createObjectNode();
    }
  }

  private String sentence(int status, JsonNode problem) {
    var code = problem.path("code").asString("HTTP " + status);
    var detail = problem.path("detail").asString("").strip();
    if (status == UNAUTHORIZED) {
      return "The key is not accepted by " + base + ": " + stripped(detail) + " (" + code + ").";
    }
    var first = problem.path("errors").path(0);
    if (!first.isMissingNode()) {
      return stripped(detail) + ": " + first.path("loc").toString() + " " + first.path("msg").asString("") + " (" + code
          + ").";
    }
    return detail.isEmpty() ? "The system answered " + code + "." : stripped(detail) + " (" + code + ").";
  }

  private static String stripped(String detail) {
    return detail.endsWith(".") ? detail.substring(0, detail.length() - 1) : detail;
  }

  private static @Nullable Duration retryAfter(HttpResponse<?> response) {
    return response.headers().firstValue("Retry-After").map(String::strip).filter(it -> it.matches("[0-9]{1,9}"))
        .map(it -> Duration.ofSeconds(Math.min(LONGEST_PAUSE_SECONDS, Long.parseLong(it)))).orElse(null);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
