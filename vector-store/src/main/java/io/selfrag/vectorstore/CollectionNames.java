package io.selfrag.vectorstore;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The one place that names collections. Points of an embedding model share {@code selfrag_<model>_<dimension>} under the
 * {@code partition} strategy; under {@code collection} a tenant has {@code selfrag_<model>_<dimension>_<tenant id>}.
 */
public final class CollectionNames {
  private static final String PREFIX = "selfrag_";
  private static final int MAX_SLUG = 100;
  private static final int UUID_LENGTH = 36;

  private CollectionNames() {}

  /** How a tenant's points are kept apart from those of others. */
  public enum Isolation {
    /** In the shared collection, apart by a filter. */
    PARTITION,
    /** In a collection of the tenant's own. */
    COLLECTION
  }

  /** The collection of a tenant's points that were embedded by a model. */
  public static CollectionSpec of(UUID tenantId, String model, int dimension, Isolation isolation) {
    return of(shared(model, dimension), tenantId, isolation);
  }

  /** The collection that tenants share for a model. */
  public static CollectionSpec shared(String model, int dimension) {
    return new CollectionSpec(PREFIX + slug(model) + "_" + dimension, dimension);
  }

  /** The shared collection of the same model as this one, which may be a tenant's own or that itself. */
  public static CollectionSpec sharedOf(String collection) {
    var name = tenant(collection).map(owner -> collection.substring(0, collection.length() - UUID_LENGTH - 1))
        .orElse(collection);
    return new CollectionSpec(name, Integer.parseInt(name.substring(name.lastIndexOf('_') + 1)));
  }

  /** Where a tenant's points of the model of a shared collection are. */
  public static CollectionSpec of(CollectionSpec shared, UUID tenantId, Isolation isolation) {
    return switch (isolation) {
      case PARTITION -> shared;
      case COLLECTION -> new CollectionSpec(shared.name() + "_" + tenantId, shared.dimension());
    };
  }

  /** True for a collection that this system made, whoever else uses the same server. */
  public static boolean isOurs(String collection) {
    return collection.startsWith(PREFIX);
  }

  /** The tenant that a collection belongs to, or empty for a shared one. */
  public static Optional<UUID> tenant(String collection) {
    int start = collection.length() - UUID_LENGTH;
    if (start < 1 || collection.charAt(start - 1) != '_') {
      return Optional.empty();
    }
    try {
      return Optional.of(UUID.fromString(collection.substring(start)));
    } catch (IllegalArgumentException e) {
      // A shared collection whose name is long enough to hold an id.
      return Optional.empty();
    }
  }

  /** Letters, digits and hyphens; a name that had to be changed ends in a checksum, so that no two models share a slug. */
  private static String slug(String model) {
    String slug = model.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    if (slug.equals(model) && slug.length() <= MAX_SLUG) {
      return slug;
    }
    var checksum = new CRC32();
    checksum.update(model.getBytes(StandardCharsets.UTF_8));
    return slug.substring(0, Math.min(slug.length(), MAX_SLUG)) + "-%08x".formatted(checksum.getValue());
  }
}
