package io.selfrag.standalone.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON of a server that is not ours. */
public final class JsonPages {
  private final HttpClient http;
  private final URI base;
  private final String header;
  private final @Nullable String secret;
  private final Duration limit;

  /**
   * @param header that carries the secret
   * @param secret null if none is needed
   */
  public JsonPages(URI base, String header, @Nullable String secret, Duration limit) {
    this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(limit).build();
    this.base = base;
    this.header = header;
    this.secret = secret;
    this.limit = limit;
  }

  /** @throws IOException if it cannot be had, with the status in its message */
  public JsonNode get(String path) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(base.resolve(path)).timeout(limit).header("Accept", "application/json");
    if (secret != null) {
      request.header(header, secret);
    }
    var response = http.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + " answers " + response.statusCode());
    }
    return JsonMapper.shared().readTree(response.body());
  }
}
