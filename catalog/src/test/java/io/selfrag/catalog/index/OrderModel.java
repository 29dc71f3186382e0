package io.selfrag.catalog.index;

import io.selfrag.schemas.avro.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the order application promises to those behind it, in few words: fences by track, one decision for each command. */
final class OrderModel {
  private final Map<UUID, State> states = new HashMap<>();

  /** What a command says. */
  enum Kind {
    UPSERT, DELETE, PATCH, INTERRUPT, RETRY
  }

  /** A document's content: which bytes, and how many chunks they make. */
  record Content(int bytes, int chunks) {}

  /**
   * A command on the documents topics.
   *
   * @param content of an upsert
   * @param deletedBefore the newest delete before an upsert, which may still be on its way
   * @param attributes of a patch, or of an upsert that comes straight from Kafka
   */
  record Command(UUID document, Kind kind, long revision, int attempt, @Nullable Content content, long deletedBefore,
      @Nullable DocumentAttributes attributes) {}

  /** What follows from a command. */
  sealed interface Output {
    record Event(long revision, int attempt, Stage stage, @Nullable Long equals) implements Output {}

    record Split(long revision, int attempt, Content content) implements Output {}

    record Notice(Kind kind, long revision, int attempt, @Nullable DocumentAttributes attributes) implements Output {}
  }

  private record Current(long revision, int attempt, Content content) {}

  private static final class State {
    private long contentRevision;
    private int contentAttempt;
    private long upsertRevision;
    private long deletedRevision;
    private long attributesRevision;
    private boolean stands = true;
    private @Nullable Current current;
  }

  /** Learns how a version ended. */
  void failed(UUID document, long revision, int attempt) {
    var state = states.computeIfAbsent(document, _ -> new State());
    if (state.current != null && state.current.revision == revision && state.current.attempt == attempt) {
      state.stands = false;
    }
  }

  List<Output> decide(Command command) {
    var state = states.computeIfAbsent(command.document, _ -> new State());
    var outputs = new ArrayList<Output>();
    switch (command.kind) {
      case UPSERT -> upsert(state, command, outputs);
      case DELETE -> delete(state, command, outputs);
      case PATCH -> {
        if (command.revision > state.attributesRevision) {
          state.attributesRevision = command.revision;
          outputs.add(new Output.Notice(Kind.PATCH, command.revision, 0, command.attributes));
        } else if (command.revision < state.attributesRevision) {
          outputs.add(event(command, Stage.SUPERSEDED));
        }
      }
      case INTERRUPT -> {
        if (command.revision > state.contentRevision) {
          state.contentRevision = command.revision;
          state.contentAttempt = command.attempt;
          state.stands = false;
          outputs.add(new Output.Notice(Kind.INTERRUPT, command.revision, command.attempt, null));
        } else if (command.revision < state.contentRevision) {
          outputs.add(event(command, Stage.SUPERSEDED));
        }
      }
      case RETRY -> retry(state, command, outputs);
    }
    return outputs;
  }

  private static void upsert(State state, Command command, List<Output> outputs) {
    state.attributesRevision = Math.max(state.attributesRevision, command.revision);
    if (command.revision <= state.contentRevision) {
      if (command.revision < state.contentRevision) {
        if (command.revision > state.upsertRevision && command.revision > state.deletedRevision) {
          state.upsertRevision = command.revision;
          state.current = new Current(command.revision, command.attempt, command.content);
        }
        outputs.add(event(command, Stage.SUPERSEDED));
      }
      return;
    }
    boolean unchanged = state.current != null && state.stands && state.current.content.equals(command.content)
        && state.current.revision > Math.max(state.deletedRevision, command.deletedBefore);
    state.contentRevision = command.revision;
    state.contentAttempt = command.attempt;
    state.upsertRevision = command.revision;
    if (unchanged) {
      outputs.add(new Output.Event(command.revision, command.attempt, Stage.UNCHANGED, state.current.revision));
      return;
    }
    state.current = new Current(command.revision, command.attempt, command.content);
    state.stands = true;
    outputs.add(event(command, Stage.QUEUED));
    outputs.add(new Output.Split(command.revision, command.attempt, command.content));
  }

  private static void delete(State state, Command command, List<Output> outputs) {
    if (command.revision <= state.deletedRevision) {
      if (command.revision < state.deletedRevision) {
        outputs.add(event(command, Stage.SUPERSEDED));
      }
      return;
    }
    state.deletedRevision = command.revision;
    state.attributesRevision = Math.max(state.attributesRevision, command.revision);
    state.contentRevision = Math.max(state.contentRevision, command.revision);
    if (command.revision < state.upsertRevision) {
      outputs.add(event(command, Stage.SUPERSEDED));
      if (state.current != null && state.current.revision < command.revision) {
        bringAfterAll(state, state.current.content, outputs);
      }
      return;
    }
    state.current = null;
    outputs.add(new Output.Notice(Kind.DELETE, command.revision, command.attempt, null));
  }

  /** The newest upsert was taken for unchanged, and what it equals is deleted now. */
  private static void bringAfterAll(State state, Content content, List<Output> outputs) {
    boolean interrupted = state.contentRevision > state.upsertRevision;
    state.current = new Current(state.upsertRevision, interrupted ? 0 : state.contentAttempt + 1, content);
    if (!interrupted) {
      state.contentAttempt = state.current.attempt;
      state.stands = true;
      outputs.add(new Output.Event(state.upsertRevision, state.contentAttempt, Stage.QUEUED, null));
      outputs.add(new Output.Split(state.upsertRevision, state.contentAttempt, content));
    }
  }

  private static void retry(State state, Command command, List<Output> outputs) {
    var current = state.current;
    boolean ofFence = command.revision == state.contentRevision;
    boolean ofCurrent = current != null && command.revision == current.revision;
    if (command.revision < state.deletedRevision || !(ofFence || ofCurrent) || current == null) {
      outputs.add(event(command, Stage.SUPERSEDED));
      return;
    }
    int tried = command.revision == current.revision ? current.attempt : state.contentAttempt;
    if (command.attempt > tried) {
      state.current = new Current(command.revision, command.attempt, current.content);
      state.stands = true;
      state.contentAttempt = ofFence ? command.attempt : state.contentAttempt;
      outputs.add(event(command, Stage.QUEUED));
      outputs.add(new Output.Split(command.revision, command.attempt, current.content));
    }
  }

  private static Output event(Command command, Stage stage) {
    return new Output.Event(command.revision, command.attempt, stage, null);
  }
}
