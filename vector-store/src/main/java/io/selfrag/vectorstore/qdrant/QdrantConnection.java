package io.selfrag.vectorstore.qdrant;

import io.grpc.ClientInterceptor;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.qdrant.client.grpc.CollectionsGrpc.CollectionsBlockingStub;
import io.qdrant.client.grpc.PointsGrpc;
import io.qdrant.client.grpc.PointsGrpc.PointsBlockingStub;
import io.qdrant.client.grpc.QdrantGrpc;
import io.qdrant.client.grpc.QdrantGrpc.QdrantBlockingStub;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One channel to the server: deadlines, the API key, and what each failure means. */
final class QdrantConnection implements AutoCloseable {
  private static final Metadata.Key<String> API_KEY = Metadata.Key.of("api-key", Metadata.ASCII_STRING_MARSHALLER);
  /** A page of 1,000 points of 4,096 components with their texts stays below this. */
  private static final int MAX_ANSWER_BYTES = 64 << 20;
  private static final Duration HEALTH_TIMEOUT = Duration.ofSeconds(3);

  private final QdrantSettings settings;
  private final ManagedChannel channel;

  QdrantConnection(QdrantSettings settings) {
    this.settings = settings;
    var credentials = settings.tls() ? TlsChannelCredentials.create() : InsecureChannelCredentials.create();
    channel = Grpc.newChannelBuilderForAddress(settings.url().getHost(), settings.effectiveGrpcPort(), credentials)
        .intercept(apiKey(settings)).maxInboundMessageSize(MAX_ANSWER_BYTES).keepAliveTime(1, TimeUnit.MINUTES)
        .userAgent("selfrag").build();
  }

  /** For searches, counts and pages. */
  PointsBlockingStub reads() {
    return within(PointsGrpc.newBlockingStub(channel), settings.readTimeout());
  }

  /** For writes of points. */
  PointsBlockingStub writes() {
    return within(PointsGrpc.newBlockingStub(channel), settings.writeTimeout());
  }

  CollectionsBlockingStub collections() {
    return within(CollectionsGrpc.newBlockingStub(channel), settings.writeTimeout());
  }

  QdrantBlockingStub health() {
    return within(QdrantGrpc.newBlockingStub(channel), HEALTH_TIMEOUT);
  }

  /** Runs a call; a missing collection, which only the caller can judge, gives {@code ifMissing}. */
  <T> T call(Supplier<T> call, Supplier<T> ifMissing) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() == Status.Code.NOT_FOUND) {
        return ifMissing.get();
      }
      throw failure(e);
    }
  }

  /** A collection that we have just seen is gone: somebody is dropping it while we write. */
  SelfRagException dropped(String collection) {
    return new SelfRagException(ErrorCode.STORE_UNAVAILABLE,
        "collection " + collection + " was dropped during a write");
  }

  SelfRagException failure(StatusRuntimeException cause) {
    Status status = cause.getStatus();
    String said = status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
    return switch (status.getCode()) {
      case INVALID_ARGUMENT -> said.toLowerCase(Locale.ROOT).contains("dimension")
          ? new SelfRagException(ErrorCode.WRONG_DIMENSION, "Qdrant refused the vectors: " + said, cause)
          : new SelfRagException(ErrorCode.INTERNAL_ERROR, "Qdrant did not accept our request: " + said, cause);
      case OUT_OF_RANGE, NOT_FOUND, ALREADY_EXISTS, OK ->
        new SelfRagException(ErrorCode.INTERNAL_ERROR, "Qdrant did not accept our request: " + said, cause);
      // Waiting for the operator is right: the documents are not at fault. UNIMPLEMENTED is a web server on that port.
      case UNAUTHENTICATED, PERMISSION_DENIED -> new SelfRagException(ErrorCode.STORE_UNAVAILABLE,
          "Qdrant at " + settings.url() + " refused the key in QDRANT_API_KEY: " + said, cause);
      case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, CANCELLED, UNKNOWN, INTERNAL,
          FAILED_PRECONDITION,
          DATA_LOSS, UNIMPLEMENTED ->
        new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "Qdrant at " + settings.url() + " cannot answer: " + said,
            cause);
    };
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      if (!channel.awaitTermination(5, TimeUnit.SECONDS)) {
        throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the connection to Qdrant did not close within 5 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <S extends AbstractStub<S>> S within(S stub, Duration timeout) {
    return stub.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static ClientInterceptor apiKey(QdrantSettings settings) {
    var headers = new Metadata();
    if (settings.apiKey() != null) {
      headers.put(API_KEY, settings.apiKey());
    }
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }
}
