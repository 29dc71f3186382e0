package io.selfrag.catalog.intake;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A closer look at a job.
 *
 * @param stages how many of its documents passed each stage of the timeline
 * @param failures the first documents that failed, by title
 */
public record JobDetail(Map<String, Long> stages, List<JobFailure> failures) {
  public JobDetail {
    stages = Map.copyOf(stages);
    failures = List.copyOf(failures);
  }

  /** Why a document failed. */
  public record JobFailure(UUID documentId, String title, String stage, String code, String message) {}
}
