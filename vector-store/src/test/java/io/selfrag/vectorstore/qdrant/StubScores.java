package io.selfrag.vectorstore.qdrant;

import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.SparseVector;
import java.util.List;

/** Dot product, and for the sparse vector Qdrant's IDF modifier. */
final class StubScores {
  private StubScores() {}

  static float score(QueryPoints query, PointStruct point, List<PointStruct> all) {
    var nearest = query.getQuery().getNearest();
    if (query.getUsing().equals(PointPayloads.DENSE)) {
      List<Float> stored = point.getVectors().getVectors().getVectorsOrThrow(PointPayloads.DENSE).getDense()
          .getDataList();
      float sum = 0;
      for (int i = 0; i < stored.size(); i++) {
        sum += stored.get(i) * nearest.getDense().getData(i);
      }
      return sum;
    }
    double sum = 0;
    SparseVector question = nearest.getSparse();
    for (int i = 0; i < question.getIndicesCount(); i++) {
      int index = question.getIndices(i);
      float weight = weight(point, index);
      if (weight > 0) {
        long containing = all.stream().filter(other -> weight(other, index) > 0).count();
        double idf = Math.log((all.size() - containing + 0.5) / (containing + 0.5) + 1);
        sum += weight * question.getValues(i) * idf;
      }
    }
    return (float) sum;
  }

  private static float weight(PointStruct point, int index) {
    if (!point.getVectors().getVectors().containsVectors(PointPayloads.BM25)) {
      return 0;
    }
    SparseVector words = point.getVectors().getVectors().getVectorsOrThrow(PointPayloads.BM25).getSparse();
    int position = words.getIndicesList().indexOf(index);
    return position < 0 ? 0 : words.getValues(position);
  }
}
