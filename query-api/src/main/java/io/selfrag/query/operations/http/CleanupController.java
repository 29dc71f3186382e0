package io.selfrag.query.operations.http;

import io.selfrag.catalog.cleanup.ExpiredRows;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** {@code POST /admin/cleanup}: counts what has outlived its use, and removes it if that is meant. */
@RestController
public final class CleanupController {
  private static final int USUAL_DAYS = 30;

  private final ExpiredRows expired;

  public CleanupController(ExpiredRows expired) {
    this.expired = expired;
  }

  /**
   * What to look for.
   *
   * @param dryRun counts only, unless this is false
   * @param olderThanDays of everything
   */
  record CleanupBody(@Nullable Boolean dryRun, @Nullable @Min(1) @Max(3650) Integer olderThanDays) {}

  record Cleaned(String what, long rows) {}

  record CleanupReport(boolean dryRun, List<Cleaned> items) {}

  @PostMapping("/admin/cleanup")
  Mono<CleanupReport> clean(@Valid @RequestBody CleanupBody body) {
    boolean dryRun = !Boolean.FALSE.equals(body.dryRun());
    var age = Duration.ofDays(body.olderThanDays() == null ? USUAL_DAYS : body.olderThanDays());
    return (dryRun ? expired.count(age) : expired.remove(age)).map(items -> new CleanupReport(dryRun,
        items.stream().map(it -> new Cleaned(it.what(), it.rows())).toList()));
  }
}
