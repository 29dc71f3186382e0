package io.selfrag.catalog.intake;

import io.selfrag.catalog.intake.IntakeTables.KnownDocument;
import io.selfrag.catalog.intake.IntakeTables.Owner;
import io.selfrag.catalog.intake.IntakeTables.Used;
import org.jspecify.annotations.Nullable;

/** Adds up what a batch reserves, under the lock of the tenant's counters (S21). A replace counts the difference. */
final class QuotaCheck {
  private static final long MIB = 1024L * 1024;

  private final Owner owner;
  private final Used used;
  private long documents;
  private long bytes;
  private String reason = "";

  QuotaCheck(Owner owner, Used used) {
    this.owner = owner;
    this.used = used;
  }

  /** Reserves and says true, or leaves everything as it was and says false. */
  boolean admits(@Nullable KnownDocument known, long size) {
    long reservedBytes = known == null || !known.counted() ? -1 : known.sizeBytes();
    long moreDocuments = reservedBytes < 0 ? 1 : 0;
    long moreBytes = size - Math.max(reservedBytes, 0);
    if (moreDocuments > 0 && owner.documentQuota() >= 0
        && used.documents() + documents + moreDocuments > owner.documentQuota()) {
      reason = "the tenant's quota of " + owner.documentQuota() + " documents is used up";
      return false;
    }
    if (moreBytes > 0 && owner.storageQuotaMib() >= 0
        && used.bytes() + bytes + moreBytes > owner.storageQuotaMib() * MIB) {
      reason = "the tenant's storage quota of " + owner.storageQuotaMib() + " MB is used up";
      return false;
    }
    documents += moreDocuments;
    bytes += moreBytes;
    return true;
  }

  long documents() {
    return documents;
  }

  long bytes() {
    return bytes;
  }

  /** Why the last one was not admitted. */
  String reason() {
    return reason;
  }
}
