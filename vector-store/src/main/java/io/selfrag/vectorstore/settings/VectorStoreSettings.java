package io.selfrag.vectorstore.settings;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The deployment's vector store; keys under {@code selfrag.vector-store}.
 *
 * @param kind {@code VECTOR_STORE}: qdrant (default) or lucene
 * @param lucenePath {@code LUCENE_PATH}: folder of the embedded store
 * @param readOnly a process beside the one that writes; the embedded store has one writer
 * @param qdrantUrl {@code QDRANT_URL}: {@code http://host:6333}, or https for TLS
 * @param qdrantGrpcPort {@code QDRANT_GRPC_PORT}: 6334 where the URL names the REST port
 * @param qdrantApiKey {@code QDRANT_API_KEY}: never logged
 * @param readTimeout limit of a search
 * @param writeTimeout limit of a write
 */
public record VectorStoreSettings(@Nullable String kind, @Nullable Path lucenePath, @Nullable Boolean readOnly,
    @Nullable URI qdrantUrl, @Nullable Integer qdrantGrpcPort, @Nullable String qdrantApiKey,
    @Nullable Duration readTimeout, @Nullable Duration writeTimeout) {
  /** The adapters. */
  public enum Kind {
    QDRANT, LUCENE;

    /** Name in settings and metrics. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public VectorStoreSettings {
    if (kind != null && !kind.isBlank() && !kind.equals("qdrant") && !kind.equals("lucene")) {
      throw new IllegalArgumentException("VECTOR_STORE must be qdrant or lucene");
    }
    if (qdrantUrl != null && (!List.of("http", "https").contains(String.valueOf(qdrantUrl.getScheme()))
        || qdrantUrl.getHost() == null)) {
      throw new IllegalArgumentException("QDRANT_URL must look like http://host:6333");
    }
    if (qdrantGrpcPort != null && (qdrantGrpcPort < 1 || qdrantGrpcPort > 65_535)) {
      throw new IllegalArgumentException("QDRANT_GRPC_PORT must be a port between 1 and 65535");
    }
    requirePositive("VECTOR_STORE_READ_TIMEOUT", readTimeout);
    requirePositive("VECTOR_STORE_WRITE_TIMEOUT", writeTimeout);
  }

  private static void requirePositive(String variable, @Nullable Duration value) {
    if (value != null && value.toMillis() < 1) {
      throw new IllegalArgumentException(variable + " must be a positive duration such as 10s");
    }
  }

  /** The adapter to open. */
  public Kind chosenKind() {
    return kind == null || kind.isBlank() ? Kind.QDRANT : Kind.valueOf(kind.toUpperCase(Locale.ROOT));
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "VectorStoreSettings[kind=" + chosenKind().wireName() + ", lucenePath=" + lucenePath + ", qdrantUrl="
        + qdrantUrl + "]";
  }
}
