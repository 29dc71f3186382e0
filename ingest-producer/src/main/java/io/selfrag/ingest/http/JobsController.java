package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How far ingest jobs are. */
@RestController
@RequiresRole(Role.READ)
public final class JobsController {
  private static final Duration POLL = Duration.ofSeconds(1);

  private final IngestJobs jobs;

  public JobsController(IngestJobs jobs) {
    this.jobs = jobs;
  }

  @GetMapping("/v1/ingest-jobs/{id}")
  Mono<JobBody> read(Caller caller, @PathVariable UUID id) {
    return jobs.find(caller.tenantId(), id)
        .switchIfEmpty(Mono.error(() -> new SelfRagException(ErrorCode.JOB_NOT_FOUND, "no such job")))
        .doOnNext(job -> caller.requireScope(job.knowledgeBaseId())).map(JobBody::of);
  }

  /** Says {@code progress} whenever something changed, and ends with {@code done}. */
  @GetMapping(path = "/v1/ingest-jobs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<JobBody>> stream(Caller caller, @PathVariable UUID id) {
    return Flux.defer(() -> read(caller, id)).repeatWhen(done -> done.delayElements(POLL))
        .takeUntil(JobBody::isCompleted)
        .distinctUntilChanged(job -> List.of(job.status(), job.totals(), job.received(), job.rejected()))
        .publish(changes -> changes.map(JobsController::event)
            .mergeWith(TimelineController.<JobBody>heartbeats().takeUntilOther(changes.ignoreElements())));
  }

  private static ServerSentEvent<JobBody> event(JobBody job) {
    return ServerSentEvent.builder(job).event(job.isCompleted() ? "done" : "progress").build();
  }
}
