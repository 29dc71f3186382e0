package io.selfrag.vectorstore.qdrant;

import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.WithVectorsSelectorFactory;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.Point;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Finds the points of a document whose words were made of another title. Only those are read whole: most changes of attributes
 * leave the title as it is.
 */
final class OutdatedTitles {
  private static final int PAGE = 200;

  private final QdrantConnection connection;

  OutdatedTitles(QdrantConnection connection) {
    this.connection = connection;
  }

  /** Gives them to the work, some at a time; a missing collection has none. */
  void forEach(CollectionSpec collection, UUID tenantId, UUID documentId, String title, Consumer<List<Point>> work) {
    var request = ScrollPoints.newBuilder().setCollectionName(collection.name())
        .setFilter(PayloadFilters.document(tenantId, documentId)).setLimit(PAGE)
        .setWithPayload(WithPayloadSelectorFactory.include(List.of(PointPayloads.TITLE)))
        .setWithVectors(WithVectorsSelectorFactory.enable(false));
    ScrollResponse page;
    do {
      page = connection.call(() -> connection.reads().scroll(request.build()), ScrollResponse::getDefaultInstance);
      var outdated = page.getResultList().stream().filter(it -> !PointPayloads.title(it).equals(title))
          .map(RetrievedPoint::getId).toList();
      if (!outdated.isEmpty()) {
        work.accept(whole(collection, outdated));
      }
      request.setOffset(page.getNextPageOffset());
    } while (page.hasNextPageOffset());
  }

  private List<Point> whole(CollectionSpec collection, List<PointId> ids) {
    var request = GetPoints.newBuilder().setCollectionName(collection.name()).addAllIds(ids)
        .setWithPayload(WithPayloadSelectorFactory.enable(true))
        .setWithVectors(WithVectorsSelectorFactory.include(List.of(PointPayloads.DENSE))).build();
    return connection.call(() -> connection.reads().get(request), GetResponse::getDefaultInstance).getResultList()
        .stream().map(PointPayloads::point).toList();
  }
}
