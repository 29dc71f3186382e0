package io.selfrag.vectorstore.lucene;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.lucene.util.IORunnable;
import org.jspecify.annotations.Nullable;

/**
 * Lets one caller at a time change an index, for all who wait: whoever finds nobody at work applies the changes of everyone in
 * the queue, one after another, and makes them durable and visible with one commit. Who comes meanwhile joins the next group, so
 * that a caller waits for two commits at most, and any number of small writers share the price of one.
 */
final class GroupCommit {
  /** Changes an index; what it throws is its own caller's failure only, unless the index itself fails. */
  @FunctionalInterface
  interface Change {
    void apply(WriterSession session) throws IOException;
  }

  /** Where the changes go; called by the one who is at work. */
  interface Index {
    WriterSession session() throws IOException;

    /** A group is durable. */
    void committed(WriterSession session) throws IOException;
  }

  private static final class Ticket {
    private final Change change;
    /** Written by the one at work before it takes the lock to say that the group is done. */
    private @Nullable Throwable failure;
    private boolean done;

    Ticket(Change change) {
      this.change = change;
    }
  }

  private final Index index;
  // Guarded by this.
  private final Queue<Ticket> waiting = new ArrayDeque<>();
  private boolean busy;

  GroupCommit(Index index) {
    this.index = index;
  }

  /** Returns once the change is on disk and visible to searches that start from now on. */
  void perform(Change change) throws IOException {
    var ticket = new Ticket(change);
    List<Ticket> group = awaitTurn(ticket);
    if (!group.isEmpty()) {
      try {
        work(group);
      } finally {
        release(group);
      }
    }
    rethrow(ticket.failure);
  }

  /** How many callers wait for their turn. */
  synchronized int waiting() {
    return waiting.size();
  }

  /** Runs something while nobody changes the index; false if somebody does or is about to. */
  boolean runIfIdle(IORunnable action) throws IOException {
    synchronized (this) {
      if (busy || !waiting.isEmpty()) {
        return false;
      }
      busy = true;
    }
    try {
      action.run();
    } finally {
      release(List.of());
    }
    return true;
  }

  /** The group to work for, this caller's change among it; empty if somebody else has done it. */
  private synchronized List<Ticket> awaitTurn(Ticket ticket) throws IOException {
    waiting.add(ticket);
    try {
      while (busy && !ticket.done) {
        wait();
      }
    } catch (InterruptedException e) {
      // If it is no longer in the queue it may well be applied: the caller does it again either way.
      waiting.remove(ticket);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for a commit", e);
    }
    if (ticket.done) {
      return List.of();
    }
    busy = true;
    List<Ticket> group = List.copyOf(waiting);
    waiting.clear();
    return group;
  }

  private synchronized void release(List<Ticket> group) {
    busy = false;
    group.forEach(ticket -> ticket.done = true);
    notifyAll();
  }

  private void work(List<Ticket> group) {
    WriterSession session = null;
    try {
      session = index.session();
      for (Ticket ticket : group) {
        apply(ticket, session);
      }
      session.commit();
      index.committed(session);
    } catch (IOException | RuntimeException | Error e) {
      if (session != null) {
        session.fail();
      }
      // What was applied before the fault is as lost as the rest.
      group.stream().filter(ticket -> ticket.failure == null).forEach(ticket -> ticket.failure = e);
    }
  }

  private static void apply(Ticket ticket, WriterSession session) throws IOException {
    try {
      ticket.change.apply(session);
    } catch (RuntimeException e) {
      if (!session.usable()) {
        throw e;
      }
      ticket.failure = e;
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws IOException {
    switch (failure) {
      case null -> {
        // Done.
      }
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IOException(failure.getMessage(), failure);
    }
  }
}
