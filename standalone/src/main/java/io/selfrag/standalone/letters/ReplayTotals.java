package io.selfrag.standalone.letters;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What the pages of a replay came to together. */
final class ReplayTotals {
  private static final List<String> WORTH_A_LINE = List.of("skipped", "failed", "failed_again");

  private long total;
  private long replayed;
  private long wouldReplay;
  private long skipped;
  private long failed;
  private long failedAgain;

  /** Counts a page, and prints those that are not simply done again. */
  void add(JsonNode answer, PrintWriter out) {
    total += answer.path("total").asLong();
    replayed += answer.path("replayed").asLong();
    wouldReplay += answer.path("would_replay").asLong();
    skipped += answer.path("skipped").asLong();
    failed += answer.path("failed").asLong();
    failedAgain += answer.path("failed_again").asLong();
    for (JsonNode result : answer.path("results")) {
      var outcome = result.path("outcome").asString("");
      if (WORTH_A_LINE.contains(outcome)) {
        out.println(outcome.replace('_', ' ') + "  " + result.path("id").asString("") + ": "
            + result.path("reason").asString("")
            + (result.hasNonNull("code") ? " (" + result.path("code").asString() + ")" : ""));
      }
    }
    out.flush();
  }

  long total() {
    return total;
  }

  boolean isClean() {
    return failed + failedAgain == 0;
  }

  String sentence(boolean dryRun) {
    return dryRun
        ? total + " found: " + wouldReplay + " would be tried again, " + skipped + " are skipped, " + failed
            + " cannot be sent. Nothing was done."
        : total + " found: " + replayed + " are tried again, " + skipped + " skipped, " + failed
            + " could not be sent, " + failedAgain + " failed again.";
  }
}
