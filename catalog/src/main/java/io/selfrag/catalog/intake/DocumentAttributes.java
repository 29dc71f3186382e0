package io.selfrag.catalog.intake;

import io.selfrag.catalog.search.ReaderRights;
import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.Sensitivity;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What can change without new chunks (S16).
 *
 * @param metadata a JSON object
 * @param users with roles and groups: any match admits a reader, none listed admits everyone
 */
public record DocumentAttributes(String title, String metadata, @Nullable String source, Sensitivity sensitivity,
    List<String> users, List<String> roles, List<String> groups) {
  public DocumentAttributes {
    users = List.copyOf(users);
    roles = List.copyOf(roles);
    groups = List.copyOf(groups);
  }

  /** The same as it travels. */
  public Attributes toAvro() {
    return Attributes.newBuilder().setTitle(title).setMetadata(metadata).setSource(source)
        .setAcl(new Acl(sensitivity, users, roles, groups)).build();
  }

  /** Whether the document is readable with these; null: everything is. */
  boolean isReadableBy(@Nullable ReaderRights rights) {
    if (rights == null) {
      return true;
    }
    var user = rights.userId();
    boolean isOpen = users.isEmpty() && roles.isEmpty() && groups.isEmpty();
    boolean isNamed = (user != null && users.contains(user)) || !Collections.disjoint(roles, rights.roles())
        || !Collections.disjoint(groups, rights.groups());
    return sensitivity.compareTo(Sensitivity.valueOf(rights.clearance().toUpperCase(Locale.ROOT))) <= 0
        && (isOpen || isNamed);
  }

  /** {@code public}, {@code internal} or {@code restricted}. */
  public String sensitivityName() {
    return sensitivity.name().toLowerCase(Locale.ROOT);
  }
}
