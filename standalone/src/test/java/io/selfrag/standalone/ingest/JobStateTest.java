package io.selfrag.standalone.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JobStateTest {
  private static JobState read(String json) {
    return JobState.of(JsonMapper.shared().readTree(json));
  }

  @Test
  void stagesRateAndTimeLeftAreOneLine() {
    var state = read("""
        {"status": "running", "finished": 4, "rate_per_second": 2.5, "eta_seconds": 75,
         "totals": {"indexed": 3, "unchanged": 0, "failed": 1},
         "stages": {"queued": 10, "parsed": 8, "embedded": 5, "indexed": 3}}
        """);

    assertThat(state.line())
        .isEqualTo("queued 10 → parsed 8 → embedded 5 → indexed 3, failed 1, 2.5/s, 1 min 15 s left");
  }

  @Test
  void aRepeatedImportSaysWhatIsUnchanged() {
    var state = read("""
        {"status": "completed", "finished": 7, "rate_per_second": 7, "eta_seconds": 0,
         "totals": {"unchanged": 7}, "stages": {"unchanged": 7}}
        """);

    assertThat(state.completed()).isTrue();
    assertThat(state.line()).isEqualTo("queued 0 → parsed 0 → embedded 0 → indexed 0, unchanged 7, 7.0/s");
  }

  @Test
  void failuresKeepTheirReasons() {
    var state = read("""
        {"status": "running", "failures": [{"document_id": "x", "title": "a.pdf", "stage": "split", "code": "CORRUPT",
         "message": "The container is damaged."}]}
        """);

    assertThat(state.failures()).containsExactly(new JobState.Failure("a.pdf", "CORRUPT", "The container is damaged."));
    assertThat(state.etaSeconds()).isEmpty();
  }
}
