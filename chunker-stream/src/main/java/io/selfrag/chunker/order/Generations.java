package io.selfrag.chunker.order;

import io.selfrag.schemas.Fingerprints;
import io.selfrag.schemas.avro.GenerationSpec;
import io.selfrag.schemas.avro.ProcessedGeneration;
import io.selfrag.schemas.avro.ProcessedVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Which generations a version was sent for, against those that are open. */
final class Generations {
  private Generations() {}

  /** True if the version was sent for every one of them with the very same spec. */
  static boolean cover(ProcessedVersion version, List<GenerationSpec> open) {
    return open.stream().allMatch(it -> version.getGenerations().contains(processed(it)));
  }

  static List<ProcessedGeneration> processed(List<GenerationSpec> open) {
    return open.stream().map(Generations::processed).toList();
  }

  static ProcessedGeneration processed(GenerationSpec open) {
    return new ProcessedGeneration(open.getGeneration(), Fingerprints.of(open.getSpec()));
  }

  static Optional<GenerationSpec> find(List<GenerationSpec> open, int generation) {
    return open.stream().filter(it -> it.getGeneration() == generation).findFirst();
  }

  /** With one more, in place of an older entry of that number. */
  static List<ProcessedGeneration> with(List<ProcessedGeneration> before, ProcessedGeneration added) {
    var after = new ArrayList<>(without(before, added.getGeneration()));
    after.add(added);
    return List.copyOf(after);
  }

  static List<ProcessedGeneration> without(List<ProcessedGeneration> before, int generation) {
    return before.stream().filter(it -> it.getGeneration() != generation).toList();
  }
}
