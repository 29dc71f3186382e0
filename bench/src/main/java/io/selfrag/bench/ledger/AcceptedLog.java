package io.selfrag.bench.ledger;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a client was promised, by document, in the order in which it asked. Calls about one document must not overlap. A call
 * whose answer never came may or may not have had its effect; once a later one is acknowledged, that one decides. Safe for
 * concurrent callers.
 */
public final class AcceptedLog {
  private final Map<UUID, List<Entry>> entries = new LinkedHashMap<>();

  /** What the content of a document came to. */
  private enum Answer {
    UNKNOWN, ACKNOWLEDGED, REFUSED
  }

  /** One call; {@code sha256} is {@code null} for a delete. */
  public final class Entry {
    private final @Nullable String sha256;
    private final boolean mayFail;
    private Answer answer = Answer.UNKNOWN;

    private Entry(@Nullable String sha256, boolean mayFail) {
      this.sha256 = sha256;
      this.mayFail = mayFail;
    }

    /** The system promised it. */
    public void acknowledge() {
      synchronized (entries) {
        answer = Answer.ACKNOWLEDGED;
      }
    }

    /** The system said no, for good: it must have had no effect. */
    public void refuse() {
      synchronized (entries) {
        answer = Answer.REFUSED;
      }
    }
  }

  /** Before content is sent. */
  public Entry upsert(UUID document, String sha256) {
    return add(document, new Entry(sha256, false));
  }

  /** Before content is sent that a parser may refuse. */
  public Entry poison(UUID document, String sha256) {
    return add(document, new Entry(sha256, true));
  }

  /** Before a delete is sent. */
  public Entry delete(UUID document) {
    return add(document, new Entry(null, false));
  }

  private Entry add(UUID document, Entry entry) {
    synchronized (entries) {
      entries.computeIfAbsent(document, _ -> new ArrayList<>()).add(entry);
    }
    return entry;
  }

  /**
   * In which end a document may be found.
   *
   * @param contents digests of content that may be live
   * @param mayBeAbsent whether nothing may be live
   * @param mayHaveFailed whether a failure is an end that was to be expected
   */
  public record Expectation(Set<String> contents, boolean mayBeAbsent, boolean mayHaveFailed) {
    public Expectation {
      contents = Set.copyOf(contents);
    }

    /** True if the document may end like this. */
    public boolean allows(@Nullable String liveSha256, String status) {
      if (mayHaveFailed && status.equals("failed")) {
        return true;
      }
      return liveSha256 == null ? mayBeAbsent : contents.contains(liveSha256);
    }
  }

  /** What each document may have come to. */
  public Map<UUID, Expectation> expectations() {
    synchronized (entries) {
      var all = new LinkedHashMap<UUID, Expectation>();
      entries.forEach((document, calls) -> all.put(document, expectation(calls)));
      return all;
    }
  }

  private static Expectation expectation(List<Entry> calls) {
    var contents = new HashSet<String>();
    boolean decided = false;
    boolean absent = false;
    boolean fails = false;
    for (int i = calls.size() - 1; i >= 0 && !decided; i--) {
      var call = calls.get(i);
      if (call.answer != Answer.REFUSED) {
        decided = call.answer == Answer.ACKNOWLEDGED;
        absent |= call.sha256 == null;
        fails |= call.mayFail;
        if (call.sha256 != null) {
          contents.add(call.sha256);
        }
      }
    }
    return new Expectation(contents, absent || !decided, fails);
  }

  /** How many calls were acknowledged. */
  public long acknowledged() {
    synchronized (entries) {
      return entries.values().stream().flatMap(List::stream).filter(it -> it.answer == Answer.ACKNOWLEDGED).count();
    }
  }
}
