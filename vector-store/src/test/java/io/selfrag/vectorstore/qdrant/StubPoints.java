package io.selfrag.vectorstore.qdrant;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.NamedVectorsOutput;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.util.HashSet;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** What Qdrant checks when points come in, and how it gives them back. */
final class StubPoints {
  private StubPoints() {}

  static void validate(PointStruct point, CreateCollection collection) {
    UUID.fromString(point.getId().getUuid());
    var vectors = point.getVectors().getVectors().getVectorsMap();
    vectors.forEach((name, vector) -> {
      var dense = collection.getVectorsConfig().getParamsMap().getMapMap().get(name);
      boolean sparse = collection.getSparseVectorsConfig().getMapMap().containsKey(name);
      if (dense == null && !sparse) {
        throw refusal("Wrong input: Not existing vector name error: " + name);
      }
      if (dense != null && dense.getSize() != vector.getDense().getDataCount()) {
        throw refusal("Wrong input: Vector dimension error: expected dim: " + dense.getSize() + ", got "
            + vector.getDense().getDataCount());
      }
      if (sparse) {
        validate(vector.getSparse());
      }
    });
  }

  private static void validate(SparseVector vector) {
    if (vector.getIndicesCount() != vector.getValuesCount()) {
      throw refusal("Validation error: must be the same length as indices");
    }
    if (new HashSet<>(vector.getIndicesList()).size() != vector.getIndicesCount()) {
      throw refusal("Validation error: must be unique");
    }
  }

  static Map<String, Value> selected(Map<String, Value> payload, WithPayloadSelector selector) {
    return switch (selector.getSelectorOptionsCase()) {
      case ENABLE -> selector.getEnable() ? payload : Map.of();
      case INCLUDE -> payload.entrySet().stream()
          .filter(entry -> selector.getInclude().getFieldsList().contains(entry.getKey()))
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
      default -> throw new IllegalArgumentException("not known to the stub: " + selector);
    };
  }

  static RetrievedPoint retrieved(PointStruct point, WithPayloadSelector payload, WithVectorsSelector vectors) {
    var retrieved = RetrievedPoint.newBuilder().setId(point.getId())
        .putAllPayload(selected(point.getPayloadMap(), payload));
    switch (vectors.getSelectorOptionsCase()) {
      case INCLUDE -> {
        var named = NamedVectorsOutput.newBuilder();
        vectors.getInclude().getNamesList().forEach(name -> named.putVectors(name, VectorOutput.newBuilder()
            .setDense(point.getVectors().getVectors().getVectorsOrThrow(name).getDense()).build()));
        retrieved.setVectors(VectorsOutput.newBuilder().setVectors(named));
      }
      case ENABLE -> {
        if (vectors.getEnable()) {
          throw new IllegalArgumentException("not known to the stub: " + vectors);
        }
      }
      default -> throw new IllegalArgumentException("not known to the stub: " + vectors);
    }
    return retrieved.build();
  }

  private static RuntimeException refusal(String description) {
    return Status.INVALID_ARGUMENT.withDescription(description).asRuntimeException();
  }
}
