package io.selfrag.ingest.bulk;

import io.selfrag.catalog.intake.IngestJobs;
import io.selfrag.ingest.accept.Intake;
import io.selfrag.ingest.accept.PipelineRoom;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.service.trace.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes a stream of lines in. Reads on only when the lines read so far are accepted, so that a fast sender waits and memory
 * stays bounded; a slow one has each line answered soon. While the pipeline is full it waits, for a while.
 */
public final class BulkStream {
  private static final Logger log = LoggerFactory.getLogger(BulkStream.class);
  private static final Duration LONGEST_HOLD = Duration.ofSeconds(30);
  private static final int MAX_CHUNKS = 32;
  private static final Duration MAX_DELAY = Duration.ofMillis(10);
  private static final int MAX_BATCH = 200;
  /** Says that no chunk follows; no other is empty. */
  private static final byte[] END = new byte[0];

  private final IngestMany ingest;
  private final ItemReader reader;
  private final IngestJobs jobs;
  private final PipelineRoom room;
  private final int maxLineBytes;
  private final Duration signOfLife;

  /**
   * @param signOfLife how often the job hears that it is still fed: a sender may be silent for long
   */
  public BulkStream(IngestMany ingest, ItemReader reader, IngestJobs jobs, PipelineRoom room, int maxLineBytes,
      Duration signOfLife) {
    this.signOfLife = signOfLife;
    this.ingest = ingest;
    this.room = room;
    this.reader = reader;
    this.jobs = jobs;
    this.maxLineBytes = maxLineBytes;
  }

  /**
   * Results in the order of the lines, in batches. The job is complete when this ends, however it ends.
   *
   * @param intake with the job's id
   */
  public Flux<List<ItemResult>> ingest(Intake intake, Flux<byte[]> body) {
    var job = Objects.requireNonNull(intake.jobId(), "a bulk stream has a job");
    var results = Flux.defer(() -> {
      var splitter = new LineSplitter(maxLineBytes);
      return body.filter(chunk -> chunk.length > 0).concatWithValues(END).bufferTimeout(MAX_CHUNKS, MAX_DELAY, true)
          .concatMap(chunks -> Flux.fromIterable(batches(splitter, chunks))
              .concatMap(batch -> ingest(intake, job, batch), 1), 1);
    });
    return jobs.open(job, intake.tenantId(), intake.knowledgeBaseId()).thenMany(
        Flux.usingWhen(Mono.just(job), it -> Flux.using(() -> signsOfLife(job), signs -> results, Disposable::dispose),
            jobs::complete));
  }

  private Disposable signsOfLife(UUID job) {
    return Flux.interval(signOfLife).onBackpressureDrop().concatMap(tick -> jobs.touch(job)
        .timeout(signOfLife).onErrorResume(failure -> {
          log.atWarn().addKeyValue("job_id", job).setCause(failure).log("a job could not say that it is still fed");
          return Mono.empty();
        }), 1).subscribe();
  }

  private List<List<Line>> batches(LineSplitter splitter, List<byte[]> chunks) {
    var lines = new ArrayList<Line>();
    for (byte[] chunk : chunks) {
      if (chunk.length == 0) {
        splitter.end().ifPresent(lines::add);
      } else {
        lines.addAll(splitter.push(chunk));
      }
    }
    var batches = new ArrayList<List<Line>>();
    for (int from = 0; from < lines.size(); from += MAX_BATCH) {
      batches.add(lines.subList(from, Math.min(lines.size(), from + MAX_BATCH)));
    }
    return batches;
  }

  private Mono<List<ItemResult>> ingest(Intake intake, UUID job, List<Line> lines) {
    return jobs.requireNotCancelled(job).then(accept(intake, job, lines))
        .onErrorResume(SelfRagException.class, e -> e.code() != ErrorCode.INVALID_STATUS
            ? Mono.error(e)
            : Mono.just(lines.stream().map(reader::read)
                .map(it -> new ItemResult(it.number(), null, null, e.code(), e.detail())).toList()));
  }

  private Mono<List<ItemResult>> accept(Intake intake, UUID job, List<Line> lines) {
    return room.await(LONGEST_HOLD).then(Mono.fromCallable(() -> lines.stream().map(reader::read).toList()))
        .flatMap(items -> ingest.ingest(intake, null, items)).flatMap(results -> {
          int refused = (int) results.stream().filter(it -> !it.isSuccess()).count();
          // What became of the lines is said even if it cannot be added to the job's numbers.
          return jobs.count(job, results.size(), refused).onErrorResume(SelfRagException.class, failure -> {
            TraceContext.of(intake.headers()).on(log.atWarn()).addKeyValue("job_id", job).setCause(failure)
                .log("lines of a job not counted");
            return Mono.empty();
          }).thenReturn(results);
        });
  }
}
