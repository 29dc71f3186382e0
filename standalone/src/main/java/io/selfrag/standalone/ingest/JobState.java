package io.selfrag.standalone.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** How far the system is with what was sent; an ingest job as the API shows it with its details. */
record JobState(boolean completed, long finished, long queued, long parsed, long embedded, long indexed, long unchanged,
    long superseded, long failed, double ratePerSecond, OptionalLong etaSeconds, List<Failure> failures) {

  /** A document that failed, and why. */
  record Failure(String title, String code, String message) {}

  static final JobState NONE = new JobState(false, 0, 0, 0, 0, 0, 0, 0, 0, 0, OptionalLong.empty(), List.of());

  JobState {
    failures = List.copyOf(failures);
  }

  static JobState of(JsonNode job) {
    var stages = job.path("stages");
    var totals = job.path("totals");
    var failures = new ArrayList<Failure>();
    job.path("failures").forEach(it -> failures.add(new Failure(it.path("title").asString(""),
        it.path("code").asString(""), it.path("message").asString(""))));
    return new JobState("completed".equals(job.path("status").asString("")), job.path("finished").asLong(),
        stages.path("queued").asLong(), stages.path("parsed").asLong(), stages.path("embedded").asLong(),
        totals.path("indexed").asLong(), totals.path("unchanged").asLong(), totals.path("superseded").asLong(),
        totals.path("failed").asLong(), job.path("rate_per_second").asDouble(),
        job.hasNonNull("eta_seconds") ? OptionalLong.of(job.path("eta_seconds").asLong()) : OptionalLong.empty(),
        failures);
  }

  /** The stages in one line. */
  String line() {
    var line = String.format(Locale.ROOT, "queued %d → parsed %d → embedded %d → indexed %d", queued, parsed, embedded,
        indexed);
    if (unchanged > 0) {
      line += ", unchanged " + unchanged;
    }
    if (failed > 0) {
      line += ", failed " + failed;
    }
    line += String.format(Locale.ROOT, ", %.1f/s", ratePerSecond);
    return etaSeconds.isPresent() && !completed ? line + ", " + inWords(etaSeconds.getAsLong()) + " left" : line;
  }

  private static String inWords(long seconds) {
    var time = Duration.ofSeconds(seconds);
    if (time.toHours() > 0) {
      return time.toHours() + " h " + time.toMinutesPart() + " min";
    }
    return time.toMinutes() > 0 ? time.toMinutes() + " min " + time.toSecondsPart() + " s" : seconds + " s";
  }
}
