package io.selfrag.vectorstore;

import java.util.ArrayList;
import java.util.List;

/**
 * Document ACLs as index terms, the same in every store: a document carries one term per user, role and group that it lists, or
 * the open term if it lists none; a viewer may read it iff they share a term and the sensitivity is within the clearance.
 */
public final class AclTerms {
  /** Carried by documents that list nobody, and by every viewer. */
  private static final String OPEN = "*";

  private static final List<String> SENSITIVITIES = List.of("public", "internal", "restricted");

  private AclTerms() {}

  /** The terms that a document is indexed with; never empty. */
  public static List<String> ofDocument(PointAttributes attributes) {
    var terms = new ArrayList<String>();
    attributes.aclUsers().forEach(user -> terms.add("u:" + user));
    attributes.aclRoles().forEach(role -> terms.add("r:" + role));
    attributes.aclGroups().forEach(group -> terms.add("g:" + group));
    return terms.isEmpty() ? List.of(OPEN) : IndexTerms.bounded(terms);
  }

  /** The terms of which a document must carry one to be readable. */
  public static List<String> ofViewer(PointFilter.Viewer viewer) {
    var terms = new ArrayList<String>();
    terms.add(OPEN);
    if (viewer.userId() != null) {
      terms.add("u:" + viewer.userId());
    }
    viewer.roles().forEach(role -> terms.add("r:" + role));
    viewer.groups().forEach(group -> terms.add("g:" + group));
    return IndexTerms.bounded(terms);
  }

  /** The sensitivities that a viewer may read; a clearance that is unknown reads what is public. */
  public static List<String> sensitivities(PointFilter.Viewer viewer) {
    int level = Math.max(0, SENSITIVITIES.indexOf(viewer.clearance()));
    return SENSITIVITIES.subList(0, level + 1);
  }
}
