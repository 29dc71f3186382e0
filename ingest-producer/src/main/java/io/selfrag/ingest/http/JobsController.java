package io.selfrag.ingest.http;

import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.http.Caller;
import io.selfrag.service.http.LongAnswer;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import io.selfrag.service.http.StillAllowed;
import io.selfrag.service.http.ValidationException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How far ingest jobs are. */
@RestController
@RequiresRole(Role.READ)
public final class JobsController {
  private static final Duration POLL = Duration.ofSeconds(1);

  private final RouteAccess access;
  private final IngestJobs jobs;
  private final EventStreams streams;
  private final Supplier<UUID> ids;

  public JobsController(RouteAccess access, IngestJobs jobs, EventStreams streams, Supplier<UUID> ids) {
    this.access = access;
    this.jobs = jobs;
    this.streams = streams;
    this.ids = ids;
  }

  /** @param knowledgeBaseId where the job's documents go */
  record NewJob(@Nullable UUID knowledgeBaseId) {}

  /** Opens a job for uploads that name it. */
  @PostMapping("/v1/ingest-jobs")
  @RequiresRole(Role.WRITE)
  @ResponseStatus(HttpStatus.CREATED)
  Mono<JobBody> open(Caller caller, @RequestBody NewJob body) {
    var id = ids.get();
    if (body.knowledgeBaseId() == null) {
      throw new ValidationException("body", "knowledge_base_id", "is required", "missing");
    }
    return access.knowledgeBase(caller, body.knowledgeBaseId())
        .flatMap(knowledgeBase -> jobs.openForClient(id, caller.tenantId(), knowledgeBase))
        .then(read(caller, id, false));
  }

  /** Says that no more uploads come. */
  @PostMapping("/v1/ingest-jobs/{id}/complete")
  @RequiresRole(Role.WRITE)
  Mono<JobBody> complete(Caller caller, @PathVariable UUID id) {
    return read(caller, id, false).flatMap(job -> jobs.complete(job.id())).then(read(caller, id, false));
  }

  /**
   * @param detail adds how many documents passed each stage, and the first failures, with their reasons, of what the caller may read
   *     or sent
   */
  @GetMapping("/v1/ingest-jobs/{id}")
  Mono<JobBody> read(Caller caller, @PathVariable UUID id, @RequestParam(defaultValue = "false") boolean detail) {
    var job = jobs.find(caller.tenantId(), id)
        .switchIfEmpty(Mono.error(() -> new SelfRagException(ErrorCode.JOB_NOT_FOUND, "no such job")))
        .doOnNext(it -> caller.requireScope(it.knowledgeBaseId())).map(JobBody::of);
    return detail ? job.flatMap(it -> jobs.detail(id, RouteAccess.feeder(caller)).map(it::with)) : job;
  }

  /** Says {@code progress} whenever something changed, and ends with {@code done}. */
  @LongAnswer
  @GetMapping(path = "/v1/ingest-jobs/{id}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<JobBody>> stream(Caller caller, StillAllowed allowed, @PathVariable UUID id) {
    var job = Mono.defer(() -> read(caller, id, false));
    return job.thenMany(streams.answer(streams.follow(job.flux(), POLL, allowed, Mono.empty())
        .takeUntil(JobBody::isCompleted)
        .distinctUntilChanged(it -> List.of(it.status(), it.totals(), it.received(), it.rejected()))
        .map(JobsController::event)));
  }

  private static ServerSentEvent<JobBody> event(JobBody job) {
    return ServerSentEvent.builder(job).event(job.isCompleted() ? "done" : "progress").build();
  }
}
