package io.selfrag.generation.remote;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a server which models it has; how it is found out, briefly, whether one can answer. */
public final class ModelList {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private ModelList() {}

  /** The server's list as it gave it; blocks for three seconds at most. Fails like any call of the model. */
  public static JsonNode get(HttpClient client, URI address, @Nullable String apiKey, String model) {
    var request = HttpRequest.newBuilder(address).timeout(LIMIT).GET();
    if (apiKey != null) {
      request.header("Authorization", "Bearer " + apiKey);
    }
    try {
      var response = client.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new Refusals(model).of(response.statusCode(), response.body(), response.headers());
      }
      return JSON.readTree(response.body());
    } catch (IOException | JacksonException e) {
      throw ModelFailure.passing(model + " cannot be reached", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ModelFailure.passing("interrupted while asking for " + model, e);
    }
  }

  /** The failure of a server that answers and lacks the model. */
  public static RuntimeException lacks(String model) {
    return new ModelFailure(io.selfrag.schemas.ErrorCode.MODEL_UNAVAILABLE, ModelFailure.Kind.MISCONFIGURED,
        model + " is not on the server: pull it, or correct its name", null, null);
  }
}
