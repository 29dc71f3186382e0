package io.selfrag.query.operations.http;

import io.selfrag.query.operations.PipelineReport;
import io.selfrag.query.operations.kafka.PipelineWatch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code GET /admin/pipeline}. */
@RestController
public final class PipelineController {
  private final PipelineWatch watch;

  public PipelineController(PipelineWatch watch) {
    this.watch = watch;
  }

  record Pipeline(@Nullable Instant at, List<Topic> topics) {}

  /** @param rateIn records a second */
  record Topic(String topic, int partitions, long endOffset, @Nullable Double rateIn, List<Group> groups) {}

  /** @param rateOut records a second */
  record Group(String group, int members, long lag, long largestPartitionLag, @Nullable Double rateOut,
      @Nullable Double oldestWaitingSeconds, @Nullable Double etaSeconds, @Nullable Instant lastProgress) {}

  @GetMapping("/admin/pipeline")
  Mono<Pipeline> pipeline() {
    // The broker's client blocks.
    return Mono.fromCallable(() -> view(watch.report())).subscribeOn(Schedulers.boundedElastic());
  }

  private static Pipeline view(PipelineReport report) {
    return new Pipeline(report.at(), report.topics().stream().map(it -> new Topic(it.topic(), it.partitions(),
        it.endOffset(), it.rateIn(), it.groups().stream().map(PipelineController::view).toList())).toList());
  }

  private static Group view(PipelineReport.GroupReport it) {
    return new Group(it.group(), it.members(), it.lag(), it.largestPartitionLag(), it.rateOut(),
        seconds(it.oldestWaiting()), seconds(it.eta()), it.lastProgress());
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : Double.valueOf(duration.toMillis() / 1000.0);
  }
}
