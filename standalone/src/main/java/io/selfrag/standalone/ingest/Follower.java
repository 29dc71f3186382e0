package io.selfrag.standalone.ingest;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.ApiFailure;
import io.selfrag.standalone.client.ProgressLine;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Watches what was sent go through the pipeline, while more is sent and after it. */
final class Follower {
  private static final Duration OFTEN = Duration.ofMillis(300);
  /** Looking costs the system more the larger the job is; it is to spend at most this part of its time on that. */
  private static final int SHARE = 20;

  private final ApiClient api;
  private final String job;
  private final Uploads uploads;
  private final ProgressLine progress;
  private final int files;
  private final Duration silencePatience;
  private JobState state = JobState.NONE;
  private long lastAnswer = System.nanoTime();

  Follower(ApiClient api, String job, Uploads uploads, ProgressLine progress, int files, Duration silencePatience) {
    this.api = api;
    this.job = job;
    this.uploads = uploads;
    this.progress = progress;
    this.files = files;
    this.silencePatience = silencePatience;
  }

  /**
   * Returns the last state seen: when all is sent and, if asked to wait, all that was accepted is searchable or failed.
   *
   * @throws ApiFailure if the system stays silent, or accepts the key no more
   */
  JobState follow(boolean toTheEnd) throws InterruptedException {
    var pause = OFTEN;
    while (!uploads.await(pause)) {
      pause = look();
    }
    uploads.ended().ifPresent(failure -> {
      throw failure;
    });
    while (!saidComplete()) {
      Thread.sleep(OFTEN);
    }
    pause = look();
    while (toTheEnd && !state.completed()) {
      Thread.sleep(pause);
      pause = look();
    }
    return state;
  }

  private boolean saidComplete() {
    try {
      api.post("/v1/ingest-jobs/" + job + "/complete", Map.of());
      return true;
    } catch (ApiFailure e) {
      passOver(e);
      return false;
    }
  }

  /** Returns how long to wait before the next look. */
  private Duration look() {
    long start = System.nanoTime();
    var trouble = uploads.waitingFor();
    try {
      state = JobState.of(api.get("/v1/ingest-jobs/" + job + "?detail=true"));
      lastAnswer = System.nanoTime();
    } catch (ApiFailure e) {
      passOver(e);
      trouble = trouble.or(() -> Optional.of(e.sentence()));
    }
    long sent = uploads.accepted() + uploads.refused();
    var sending = sent < files ? "sent " + sent + " of " + files + ", " : "";
    progress.show(state.finished() + uploads.refused(), files,
        sending + state.line() + trouble.map(it -> "; waiting: " + it).orElse(""));
    var took = Duration.ofNanos(System.nanoTime() - start).multipliedBy(SHARE);
    return took.compareTo(OFTEN) > 0 ? took : OFTEN;
  }

  /** Silence and saturation may pass. */
  private void passOver(ApiFailure failure) {
    boolean waited = System.nanoTime() - lastAnswer > silencePatience.toNanos();
    if (!failure.isBusy() && !(failure.isSilence() && !waited)) {
      throw failure;
    }
  }
}
