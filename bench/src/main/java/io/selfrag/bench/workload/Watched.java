package io.selfrag.bench.workload;

/**
 * A document that queries watch: which editions were sent, which were seen, and whether it may be gone. Safe for concurrent
 * callers.
 */
final class Watched {
  final Place place;
  final String externalId;
  final int number;
  private int sent;
  private int seen;
  private int deletes;
  private boolean visible;
  private boolean surelyGone;
  private boolean deleting;

  Watched(Place place, String externalId, int number) {
    this.place = place;
    this.externalId = externalId;
    this.number = number;
  }

  /** What is known at one moment. */
  record Moment(int sent, int seen, int deletes, boolean deleting, boolean visible, boolean surelyGone) {}

  synchronized Moment now() {
    return new Moment(sent, seen, deletes, deleting, visible, surelyGone);
  }

  /** The next edition is about to be sent. */
  synchronized int nextEdition() {
    surelyGone = false;
    return ++sent;
  }

  /** The last edition is about to be sent again. */
  synchronized int sameEdition() {
    surelyGone = false;
    return sent;
  }

  /** A delete is about to be sent. */
  synchronized void deleting() {
    deletes++;
    deleting = true;
    visible = false;
  }

  /** The delete was acknowledged: nothing may be seen until something is sent. */
  synchronized void deleted() {
    deleting = false;
    surelyGone = true;
  }

  /** A query that began at {@code start} saw an edition. */
  synchronized void saw(int edition, Moment start) {
    seen = Math.max(seen, edition);
    // What a query saw that began before a delete was acknowledged may be what that delete hid.
    if (start.deletes == deletes && !start.deleting) {
      visible = true;
    }
  }
}
