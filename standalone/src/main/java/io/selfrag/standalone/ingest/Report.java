package io.selfrag.standalone.ingest;

import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.ProgressLine;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;

/** What is said at the end of an import, or when it is interrupted. */
final class Report {
  private static final int SHOWN = 20;
  private static final Duration TELLING = Duration.ofSeconds(2);

  private final PrintWriter out;
  private final ProgressLine progress;
  private final Uploads uploads;
  private final FolderScan scan;
  private final String dataOption;
  private final long start = System.nanoTime();
  private final AtomicBoolean said = new AtomicBoolean();

  Report(PrintWriter out, ProgressLine progress, Uploads uploads, FolderScan scan, String dataOption) {
    this.out = out;
    this.progress = progress;
    this.uploads = uploads;
    this.scan = scan;
    this.dataOption = dataOption;
  }

  /**
   * Says what became of all files.
   *
   * @return true if nothing was refused and nothing failed
   */
  boolean atTheEnd(JobState last, boolean waited) {
    if (!said.compareAndSet(false, true)) {
      return false;
    }
    progress.finish();
    var refusals = new ArrayList<>(scan.unreadable());
    refusals.addAll(uploads.refusals());
    refusals.stream().limit(SHOWN)
        .forEach(it -> out.println("refused  " + Command.shown(it.file()) + ": " + it.reason()));
    more(refusals.size(), "refused");
    if (waited) {
      last.failures().stream().limit(SHOWN)
          .forEach(it -> out.println("failed   " + it.title() + ": " + it.message() + " (" + it.code() + ")"));
      more(last.failed(), "failed");
    }
    out.println(waited ? summary(last, refusals) : accepted(refusals));
    out.flush();
    return refusals.isEmpty() && (!waited || last.failed() == 0);
  }

  private void more(long all, String what) {
    if (all > SHOWN) {
      out.println("… and " + (all - SHOWN) + " more " + what);
    }
  }

  private String summary(JobState last, List<Refusal> refusals) {
    var parts = new ArrayList<String>(List.of(last.indexed() + " indexed", last.unchanged() + " unchanged"));
    if (last.superseded() > 0) {
      parts.add(last.superseded() + " superseded by a newer upload");
    }
    parts.add(last.failed() + " failed");
    parts.add(refusals.size() + " refused");
    double seconds = (System.nanoTime() - start) / 1e9;
    return String.format(Locale.ROOT, "%s: %s, in %.1f s.", files(), String.join(", ", parts), seconds);
  }

  private String accepted(List<Refusal> refusals) {
    return files() + ": " + uploads.accepted() + " accepted, " + refusals.size()
        + " refused. They go on being processed; " + Command.name() + " status" + dataOption + " shows how far.";
  }

  private String files() {
    int count = scan.files().size() + scan.unreadable().size();
    return count + (count == 1 ? " file" : " files");
  }

  /** Says, if the end was not reached, what goes on although this command ends. */
  void interrupted(Runnable complete) {
    if (!said.compareAndSet(false, true)) {
      return;
    }
    uploads.close();
    progress.finish();
    long accepted = uploads.accepted();
    out.println("Interrupted. " + accepted + " of " + files()
        + " were accepted and go on being processed; " + Command.name() + " status" + dataOption
        + " shows how far."
        + (accepted < scan.files().size() ? " The same command again sends the rest." : ""));
    out.flush();
    var telling = Thread.ofPlatform().daemon().start(() -> tell(complete));
    try {
      telling.join(TELLING);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The system need not know that no more files come; it counts differently until it does. */
  private void tell(Runnable complete) {
    try {
      complete.run();
    } catch (ApiFailure e) {
      if (!e.isSilence()) {
        out.println(e.sentence());
        out.flush();
      }
    }
  }

  /** Nothing more is to be said about an interruption: another sentence ends the command. */
  void failed() {
    if (said.compareAndSet(false, true)) {
      progress.finish();
    }
  }
}
