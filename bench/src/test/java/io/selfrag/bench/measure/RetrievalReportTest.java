package io.selfrag.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.selfrag.query.evaluate.QueryMeasures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrievalReportTest {
  @Test
  void thePageHasEveryRetrieversFiguresAndNeedsNothingFromElsewhere(@TempDir Path folder) throws Exception {
    var file = folder.resolve("report.html");

    RetrievalReport.write(file, List.of(figures("hybrid", 0.75), figures("hybrid:fusion=rrf <b>", 0.5)));

    var page = Files.readString(file);
    assertThat(page).contains("<svg", "0.7500", "0.5000", "hybrid:fusion=rrf &lt;b&gt;").doesNotContain("<b>",
        "<script", "<link", "src=", "href=");
    // A bar as long as its value: three quarters of the plot's width.
    assertThat(page).contains("width=\"420\"").contains("width=\"280\"");
  }

  @Test
  void aRetrieverIsNamedWithItsParameters() {
    assertThat(MeasuredRetriever.parse("hybrid:fusion=rrf,dense_weight=0.6"))
        .isEqualTo(new MeasuredRetriever("hybrid:fusion=rrf,dense_weight=0.6", "hybrid",
            Map.of("fusion", "rrf", "dense_weight", 0.6)));
    assertThatThrownBy(() -> MeasuredRetriever.parse("hybrid:rrf")).hasMessageContaining("PARAM=VALUE");
  }

  private static RetrieverFigures figures(String retriever, double value) {
    var measures = new QueryMeasures(Map.of(QueryMeasures.NDCG_10, value, QueryMeasures.MRR, value));
    return new RetrieverFigures("set", retriever, List.of(measures, measures), List.of(4.0, 6.0));
  }
}
