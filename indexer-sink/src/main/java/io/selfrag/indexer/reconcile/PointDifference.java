package io.selfrag.indexer.reconcile;

import io.selfrag.vectorstore.Point;
import io.selfrag.vectorstore.PointAttributes;
import java.util.Optional;

/** In what a point differs from the one that its row asks for. */
final class PointDifference {
  /** Stores of cosine distance bring vectors to unit length again, which moves the last digits. */
  private static final float ROUNDING = 1e-3f;

  private PointDifference() {}

  /** The first difference for a person; empty if there is none. */
  static Optional<String> between(Point wanted, Point found) {
    if (!wanted.key().equals(found.key()) || wanted.ordinal() != found.ordinal()) {
      return Optional.of("it is said to be chunk " + found.ordinal() + " of " + found.key());
    }
    if (!wanted.indexText().equals(found.indexText())) {
      return Optional.of("its words are others");
    }
    if (!sameCopies(wanted.attributes(), found.attributes())) {
      return Optional.of("its title, metadata or rights are not the document's");
    }
    return sameVector(wanted.vector(), found.vector()) ? Optional.empty() : Optional.of("its vector is another");
  }

  /** All but the language, which a change of the title levels for all chunks of a document; nothing filters by it. */
  private static boolean sameCopies(PointAttributes wanted, PointAttributes found) {
    return wanted.title().equals(found.title()) && wanted.sensitivity().equals(found.sensitivity())
        && wanted.aclUsers().equals(found.aclUsers()) && wanted.aclRoles().equals(found.aclRoles())
        && wanted.aclGroups().equals(found.aclGroups()) && wanted.metadata().equals(found.metadata());
  }

  private static boolean sameVector(float[] wanted, float[] found) {
    if (wanted.length != found.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (Math.abs(wanted[i] - found[i]) > ROUNDING) {
        return false;
      }
    }
    return true;
  }
}
