package io.selfrag.vectorstore.qdrant;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a Qdrant server is and how long to wait for it.
 *
 * @param url {@code http://host:6333} as Qdrant's manual gives it, or {@code https://…} for TLS
 * @param grpcPort port of the gRPC interface; {@code null} for 6334 if the URL names the REST port 6333 or none, and else for the
 *     port of the URL itself
 * @param apiKey sent as {@code api-key} with every call, or {@code null}
 * @param readTimeout limit of a search, count or page
 * @param writeTimeout limit of a write, which waits until it is applied
 */
public record QdrantSettings(URI url, @Nullable Integer grpcPort, @Nullable String apiKey, Duration readTimeout,
    Duration writeTimeout) {
  private static final int REST_PORT = 6333;
  private static final int GRPC_PORT = 6334;

  public QdrantSettings {
    boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!web || url.getHost() == null) {
      throw new IllegalArgumentException("a Qdrant URL looks like http://host:6333, not " + url);
    }
    if (!List.of("", "/").contains(url.getPath()) || url.getUserInfo() != null) {
      // gRPC knows neither; the key has a setting of its own.
      throw new IllegalArgumentException("a Qdrant URL has no path and no user, unlike the one in QDRANT_URL");
    }
  }

  /** Ten seconds to read, thirty to write. */
  public static QdrantSettings of(URI url, @Nullable String apiKey) {
    return new QdrantSettings(url, null, apiKey, Duration.ofSeconds(10), Duration.ofSeconds(30));
  }

  boolean tls() {
    return "https".equals(url.getScheme());
  }

  int effectiveGrpcPort() {
    if (grpcPort != null) {
      return grpcPort;
    }
    return url.getPort() == REST_PORT || url.getPort() < 0 ? GRPC_PORT : url.getPort();
  }

  @Override
  public String toString() {
    return "QdrantSettings[url=" + url + ", grpcPort=" + effectiveGrpcPort() + "]";
  }
}
