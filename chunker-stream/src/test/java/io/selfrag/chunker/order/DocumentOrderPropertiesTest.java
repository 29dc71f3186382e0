package io.selfrag.chunker.order;

import static io.selfrag.chunker.Fixtures.DOCUMENT;
import static io.selfrag.chunker.Fixtures.GENERATION;
import static io.selfrag.chunker.Fixtures.attributes;
import static io.selfrag.chunker.Fixtures.command;
import static io.selfrag.chunker.Fixtures.upsert;
import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.schemas.Fingerprints;
import io.selfrag.schemas.Lane;
import io.selfrag.schemas.avro.Delete;
import io.selfrag.schemas.avro.DocumentCommand;
import io.selfrag.schemas.avro.DocumentState;
import io.selfrag.schemas.avro.DocumentVersion;
import io.selfrag.schemas.avro.InlineContent;
import io.selfrag.schemas.avro.Interrupt;
import io.selfrag.schemas.avro.Patch;
import io.selfrag.schemas.avro.Retry;
import io.selfrag.schemas.avro.Sha256;
import io.selfrag.schemas.avro.Upsert;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Commands in any order, repeated, replayed: the same end, nothing older on top, no delete undone. */
class DocumentOrderPropertiesTest {
  private static final int ROUNDS = 5_000;
  private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

  /** What must not depend on the order of arrival. */
  private record End(long content, int attempt, long attributes, String attributesHash, boolean deleted, Object bytes) {
    static End of(DocumentState state) {
      boolean deleted = DocumentOrder.isDeleted(state);
      return new End(state.getContentRevision(), state.getContentAttempt(), state.getAttributesRevision(),
          state.getAttributesHash(), deleted,
          state.getCurrent() == null ? "none" : state.getCurrent().getContent().getSha256());
    }
  }

  private static final class Run {
    private DocumentState state;
    private final List<Output> outputs = new ArrayList<>();
    private long offset;

    void send(DocumentCommand command) {
      var revisioned = RevisionedCommand.of(state, command, new Arrival(Lane.INTERACTIVE, offset++, NOON))
          .orElseThrow();
      var decision = DocumentOrder.decide(state, revisioned, List.of(GENERATION));
      state = decision.state();
      outputs.addAll(decision.outputs());
    }
  }

  @Test
  void anyOrderOfTheSameCommandsEndsInTheSamePlace() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new Random(seed);
      var commands = commands(random);
      var inOrder = new Run();
      commands.forEach(inOrder::send);

      var shuffled = new ArrayList<>(commands);
      shuffled.addAll(commands.subList(0, random.nextInt(commands.size() + 1)));
      Collections.shuffle(shuffled, random);
      var disorder = new Run();
      shuffled.forEach(disorder::send);

      assertThat(End.of(disorder.state)).as("seed %s: %s", seed, shuffled).isEqualTo(End.of(inOrder.state));
    }
  }

  @Test
  void replayingTheWholeLogChangesNothingAndProcessesNothingAgain() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var commands = commands(new Random(seed));
      var run = new Run();
      commands.forEach(run::send);
      var before = run.state;
      run.outputs.clear();
      commands.forEach(run::send);

      assertThat(run.state).as("seed %s", seed).isEqualTo(before);
      assertThat(run.outputs).as("seed %s", seed).allMatch(Output.Event.class::isInstance);
    }
  }

  @Test
  void versionsOnlyEverGetNewerAndNoneFollowsANewerDelete() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var commands = new ArrayList<>(commands(new Random(seed)));
      Collections.shuffle(commands, new Random(seed));
      var run = new Run();
      long newest = -1;
      int attempt = -1;
      long deleted = -1;
      for (var command : commands) {
        int sent = run.outputs.size();
        run.send(command);
        if (command.getCommand() instanceof Delete) {
          deleted = Math.max(deleted, command.getRevision());
        }
        for (var output : run.outputs.subList(sent, run.outputs.size())) {
          if (output instanceof Output.Version(DocumentVersion version)) {
            assertThat(version.getRevision()).as("seed %s", seed).isGreaterThanOrEqualTo(newest).isGreaterThan(deleted);
            if (version.getRevision() == newest) {
              assertThat(version.getAttempt()).as("seed %s", seed).isGreaterThan(attempt);
            }
            newest = version.getRevision();
            attempt = version.getAttempt();
          }
        }
      }
    }
  }

  /** S6 for who writes to the topic and knows of no delete: whichever comes first, what was uploaded last is there or was deleted. */
  @Test
  void noUploadIsLostToADeleteBeforeItThoughTheDeleteComesLate() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      var random = new Random(seed);
      var commands = new ArrayList<DocumentCommand>();
      for (long revision = 100; revision < 102 + random.nextInt(7); revision++) {
        commands.add(command(DOCUMENT, revision,
            random.nextInt(3) == 0 ? new Delete() : upsert("text " + random.nextInt(2), "t")));
      }
      var newest = commands.getLast();
      Collections.shuffle(commands, random);

      var run = new Run();
      commands.forEach(run::send);

      long deleted = commands.stream().filter(it -> it.getCommand() instanceof Delete)
          .mapToLong(DocumentCommand::getRevision).max().orElse(0);
      var visible = run.outputs.stream().filter(Output.Version.class::isInstance)
          .map(it -> ((Output.Version) it).version()).filter(it -> it.getRevision() > deleted)
          .reduce((_, last) -> last);
      assertThat(visible.map(DocumentVersion::getContentSha256)).as("seed %s: %s", seed, commands)
          .isEqualTo(newest.getCommand() instanceof Upsert upsert
              ? Optional.of(new Sha256(Fingerprints.sha256(((InlineContent) upsert.getContent()).getBytes())))
              : Optional.empty());
    }
  }

  /** As the API accepts them: revisions rise, a retry keeps the revision of what it retries. */
  private static List<DocumentCommand> commands(Random random) {
    var commands = new ArrayList<DocumentCommand>();
    long revision = 100;
    long lastUpsert = 0;
    int attempt = 0;
    int count = 2 + random.nextInt(7);
    for (int i = 0; i < count; i++) {
      revision += 1 + random.nextInt(5);
      switch (random.nextInt(7)) {
        case 0, 1, 2 -> {
          commands.add(command(DOCUMENT, revision, upsert("text " + revision, "title " + random.nextInt(3))));
          lastUpsert = revision;
          attempt = 0;
        }
        case 3 -> {
          commands.add(command(DOCUMENT, revision, new Delete()));
          lastUpsert = 0;
        }
        case 4 -> commands.add(command(DOCUMENT, revision, new Patch(attributes("patch " + random.nextInt(3)))));
        case 5 -> {
          commands.add(command(DOCUMENT, revision, new Interrupt()));
          lastUpsert = 0;
        }
        default -> {
          if (lastUpsert > 0) {
            attempt++;
            commands.add(command(DOCUMENT, lastUpsert, attempt, new Retry()));
          }
        }
      }
    }
    if (commands.isEmpty()) {
      commands.add(command(DOCUMENT, revision, new Delete()));
    }
    return commands;
  }
}
