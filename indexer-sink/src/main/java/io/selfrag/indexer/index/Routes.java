package io.selfrag.indexer.index;

import io.selfrag.catalog.index.KnowledgeBaseFence;
import io.selfrag.catalog.isolation.Place;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.CollectionNames;
import io.selfrag.vectorstore.CollectionNames.Isolation;
import io.selfrag.vectorstore.CollectionSpec;
import java.util.List;
import java.util.UUID;

/** Which collections a tenant's points go to, and may be in. */
public final class Routes {
  private Routes() {}

  /** Where points of a model are written, in this order; more than one while the tenant's points move (S26). */
  public static List<CollectionSpec> of(KnowledgeBaseFence knowledgeBase, String modelKey) {
    int afterProvider = modelKey.indexOf('/');
    int beforeDimension = modelKey.lastIndexOf('/');
    if (afterProvider < 0 || beforeDimension <= afterProvider) {
      throw new SelfRagException(ErrorCode.INTERNAL_ERROR, "no model is called " + modelKey);
    }
    var shared = CollectionNames.shared(modelKey.substring(afterProvider + 1, beforeDimension),
        Integer.parseInt(modelKey.substring(beforeDimension + 1)));
    return knowledgeBase.route().writes().stream().map(it -> at(it, shared, knowledgeBase.tenantId())).toList();
  }

  /** Where a tenant's points of the model of a shared collection are in a place. */
  public static CollectionSpec at(Place place, CollectionSpec shared, UUID tenantId) {
    return CollectionNames.of(shared, tenantId, switch (place) {
      case PARTITION -> Isolation.PARTITION;
      case COLLECTION -> Isolation.COLLECTION;
    });
  }

  /** Which of the store's collections may hold a point of the tenant: the shared ones and its own. */
  public static List<CollectionSpec> everyOf(List<String> collections, UUID tenantId) {
    return collections.stream().filter(CollectionNames::isOurs)
        .filter(it -> CollectionNames.tenant(it).map(tenantId::equals).orElse(true))
        // Deletes look at the name alone.
        .map(it -> new CollectionSpec(it, 1)).toList();
  }
}
