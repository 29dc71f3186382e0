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
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.VectorChecks;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings a collection to the state that the adapter needs, from any state that a crash or another process may have left: the
 * collection first, then each payload index that is missing.
 */
final class CollectionSchema {
  private final QdrantConnection connection;

  CollectionSchema(QdrantConnection connection) {
    this.connection = connection;
  }

  void ensure(CollectionSpec collection) {
    Optional<CollectionInfo> known = info(collection.name());
    if (known.isEmpty()) {
      create(collection);
      known = info(collection.name());
    }
    CollectionInfo info = known.orElseThrow(() -> connection.dropped(collection.name()));
    VectorChecks.checkDimension(collection, info.getConfig().getParams().getVectorsConfig().getParamsMap()
        .getMapOrDefault(PointPayloads.DENSE, VectorParams.getDefaultInstance()).getSize());
    indexes().forEach((field, type) -> {
      if (!info.containsPayloadSchema(field)) {
        index(collection.name(), field, type);
      }
    });
  }

  private Optional<CollectionInfo> info(String collection) {
    var request = GetCollectionInfoRequest.newBuilder().setCollectionName(collection).build();
    return connection.call(() -> Optional.of(connection.collections().get(request).getResult()), Optional::empty);
  }

  private void create(CollectionSpec collection) {
    // Dot product: vectors have unit length, and unlike Cosine it gives them back exactly as they were written.
    var dense = VectorParams.newBuilder().setSize(collection.dimension()).setDistance(Distance.Dot).build();
    var words = SparseVectorParams.newBuilder().setModifier(Modifier.Idf).build();
    var request = CreateCollection.newBuilder().setCollectionName(collection.name()).setOnDiskPayload(true)
        .setVectorsConfig(
            VectorsConfig.newBuilder().setParamsMap(VectorParamsMap.newBuilder().putMap(PointPayloads.DENSE, dense)))
        .setSparseVectorsConfig(SparseVectorConfig.newBuilder().putMap(PointPayloads.BM25, words)).build();
    try {
      connection.collections().create(request);
    } catch (StatusRuntimeException e) {
      // Somebody else was faster; Qdrant has said so with either code.
      boolean raced = e.getStatus().getCode() == Status.Code.ALREADY_EXISTS
          || (e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT && info(collection.name()).isPresent());
      if (!raced) {
        throw connection.failure(e);
      }
    }
  }

  private void index(String collection, String field, FieldType type) {
    var request = CreateFieldIndexCollection.newBuilder().setCollectionName(collection).setFieldName(field)
        .setFieldType(type).setWait(true);
    if (field.equals(PointPayloads.TENANT)) {
      // Keeps each tenant's points together on disk.
      request.setFieldIndexParams(
          PayloadIndexParams.newBuilder().setKeywordIndexParams(KeywordIndexParams.newBuilder().setIsTenant(true)));
    }
    connection.call(() -> connection.writes().createFieldIndex(request.build()), () -> {
      throw connection.dropped(collection);
    });
  }

  private static Map<String, FieldType> indexes() {
    var indexes = new LinkedHashMap<String, FieldType>();
    indexes.put(PointPayloads.TENANT, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.KNOWLEDGE_BASE, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.DOCUMENT, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.GENERATION, FieldType.FieldTypeInteger);
    indexes.put(PointPayloads.REVISION, FieldType.FieldTypeInteger);
    indexes.put(PointPayloads.ATTEMPT, FieldType.FieldTypeInteger);
    indexes.put(PointPayloads.SENSITIVITY, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.LANGUAGE, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.ACL_TERMS, FieldType.FieldTypeKeyword);
    indexes.put(PointPayloads.METADATA_TERMS, FieldType.FieldTypeKeyword);
    return indexes;
  }
}
