package io.selfrag.ingest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Reads a stream of events as it comes. */
public final class EventReader implements AutoCloseable {
  private final HttpResponse<InputStream> response;
  private final BufferedReader lines;

  /** An event; comments are none. */
  public record Event(String id, String name, JsonNode data) {}

  public EventReader(Service service, String key, String path, String... headers) {
    var request = service.request(key, path).header("Accept", "text/event-stream");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    response = service.open(request.GET().build(), BodyHandlers.ofInputStream());
    lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  public int status() {
    return response.statusCode();
  }

  /** The next one, as soon as it comes. */
  public Event next() {
    try {
      String id = "";
      String name = "";
      String data = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty() && !data.isEmpty()) {
          return new Event(id, name, Service.JSON.readTree(data));
        }
        id = line.startsWith("id:") ? line.substring(3) : id;
        name = line.startsWith("event:") ? line.substring(6) : name;
        data = line.startsWith("data:") ? line.substring(5) : data;
      }
      throw new AssertionError("the stream has ended");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether nothing comes any more; waits until that is clear. */
  public boolean atEnd() {
    try {
      return lines.readLine() == null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
