package io.selfrag.query.operations.http;

import io.selfrag.query.operations.kafka.PipelineLag;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code GET /admin/pipeline}. */
@RestController
public final class PipelineController {
  private final PipelineLag lag;

  public PipelineController(PipelineLag lag) {
    this.lag = lag;
  }

  record Pipeline(List<PipelineLag.TopicLag> topics) {}

  @GetMapping("/admin/pipeline")
  Mono<Pipeline> pipeline() {
    // The broker's client blocks.
    return Mono.fromCallable(() -> new Pipeline(lag.read())).subscribeOn(Schedulers.boundedElastic());
  }
}
