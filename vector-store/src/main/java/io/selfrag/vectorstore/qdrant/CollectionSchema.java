package io.selfrag.vectorstore.qdrant;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.KeywordIndexParams;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.VectorChecks;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Brings a collection to the state that the adapter needs, from any state that a crash or another process may have left: the
 * collection first, then each payload index that is missing. While another process creates or drops the same collection, a
 * server answers as if it were neither there nor absent, or with an internal error; that passes within a moment.
 */
final class CollectionSchema {
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final QdrantConnection connection;

  CollectionSchema(QdrantConnection connection) {
    this.connection = connection;
  }

  void ensure(CollectionSpec collection) {
    long giveUp = System.nanoTime() + SETTLES_WITHIN.toNanos();
    while (true) {
      try {
        complete(collection, found(collection));
        return;
      } catch (StatusRuntimeException e) {
        if (!settling(e.getStatus())) {
          throw connection.failure(e);
        }
        if (System.nanoTime() > giveUp || Thread.currentThread().isInterrupted()) {
          throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE,
              "collection " + collection.name() + " is not ready: " + e.getStatus().getDescription(), e);
        }
        LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      }
    }
  }

  private static boolean settling(Status status) {
    return switch (status.getCode()) {
      case NOT_FOUND, ALREADY_EXISTS, INTERNAL -> true;
      // The folder of a collection that is being dropped.
      case INVALID_ARGUMENT -> String.valueOf(status.getDescription()).toLowerCase(Locale.ROOT).contains(
          "already exists");
      default -> false;
    };
  }

  private CollectionInfo found(CollectionSpec collection) {
    try {
      return info(collection.name());
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
        throw e;
      }
    }
    try {
      connection.collections().create(creation(collection));
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
        throw e;
      }
      // Another process was faster; it does the same as we.
    }
    return info(collection.name());
  }

  private CollectionInfo info(String collection) {
    return connection.collections().get(GetCollectionInfoRequest.newBuilder().setCollectionName(collection).build())
        .getResult();
  }

  private void complete(CollectionSpec collection, CollectionInfo info) {
    VectorChecks.checkDimension(collection, info.getConfig().getParams().getVectorsConfig().getParamsMap()
        .getMapOrDefault(PointPayloads.DENSE, VectorParams.getDefaultInstance()).getSize());
    indexes().forEach((field, type) -> {
      if (!info.containsPayloadSchema(field)) {
        index(collection.name(), field, type);
      }
    });
  }

  private static CreateCollection creation(CollectionSpec collection) {
    // Dot product: vectors have unit length, and unlike Cosine it gives them back exactly as they were written.
    var dense = VectorParams.newBuilder().setSize(collection.dimension()).setDistance(Distance.Dot).build();
    var words = SparseVectorParams.newBuilder().setModifier(Modifier.Idf).build();
    return CreateCollection.newBuilder().setCollectionName(collection.name()).setOnDiskPayload(true)
        .setVectorsConfig(
            VectorsConfig.newBuilder().setParamsMap(VectorParamsMap.newBuilder().putMap(PointPayloads.DENSE, dense)))
        .setSparseVectorsConfig(SparseVectorConfig.newBuilder().putMap(PointPayloads.BM25, words)).build();
  }

  private void index(String collection, String field, FieldType type) {
    var request = CreateFieldIndexCollection.newBuilder().setCollectionName(collection).setFieldName(field)
        .setFieldType(type).setWait(true);
    if (field.equals(PointPayloads.TENANT)) {
      // Keeps each tenant's points together on disk.
      request.setFieldIndexParams(
          PayloadIndexParams.newBuilder().setKeywordIndexParams(KeywordIndexParams.newBuilder().setIsTenant(true)));
    }
    connection.writes().createFieldIndex(request.build());
  }

  /** Every key that a filter of ours names, and no other: an index takes memory. */
  private static Map<String, FieldType> indexes() {
    var indexes = new LinkedHashMap<String, FieldType>();
    indexes.put(PointPayloads.TENANT, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.KNOWLEDGE_BASE, FieldType.FieldTypeUuid);
    indexes.put(PointPayloads.DOCUMENT, FieldType.FieldTypeUuid);
    indexes.put(PointPayloads.GENERATION, FieldType.FieldTypeInteger);
    indexes.put(PointPayloads.REVISION, FieldType.FieldTypeInteger);
    indexes.put(PointPayloads.ATTEMPT, FieldType.FieldTypeInteger);
    indexes.put(PointPayloads.SENSITIVITY, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.ACL_TERMS, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.METADATA_TERMS, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.METADATA_NUMBERS + "[]." + PointPayloads.NUMBER_FIELD, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.METADATA_NUMBERS + "[]." + PointPayloads.NUMBER_VALUE, FieldType.FieldTypeFloat);
    return indexes;
  }
}
