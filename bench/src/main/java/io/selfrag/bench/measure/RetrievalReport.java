package io.selfrag.bench.measure;

import io.selfrag.query.evaluate.PairedBootstrap;
import io.selfrag.query.evaluate.QueryMeasures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A page that needs nothing but itself: for each set a table, and a plot of what each retriever reaches. */
final class RetrievalReport {
  private static final List<String> METRICS = List.of(QueryMeasures.NDCG_10, QueryMeasures.RECALL_10,
      QueryMeasures.RECALL_100, QueryMeasures.MRR);
  private static final List<String> COLOURS = List.of("#1f6f8b", "#e08e45", "#5b8c5a", "#8e5572");
  private static final int BAR = 14;
  private static final int LABELS = 260;
  private static final int WIDTH = 560;
  private static final String HEAD = """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8"><title>Retrieval, measured</title>
      <style>body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}
      table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .7rem;border-bottom:1px solid #ddd;text-align:right}
      td:first-child,th:first-child{text-align:left}svg{max-width:100%;height:auto}small{color:#666}</style></head>
      <body><h1>Retrieval, measured</h1>
      """;
  private static final String FOOT = """
      Times are of whole searches inside the service, one after the other. <em>p</em> by the paired bootstrap of nDCG@10 against
      the first row.</small></p></body></html>
      """;

  private RetrievalReport() {}

  static void write(Path file, List<RetrieverFigures> measured) {
    var sets = measured.stream().collect(Collectors.groupingBy(RetrieverFigures::set, java.util.LinkedHashMap::new,
        Collectors.toList()));
    var sections = new StringBuilder();
    sets.forEach((set, figures) -> sections.append("<h2>").append(text(set)).append("</h2>\n").append(table(figures))
        .append(plot(figures)));
    try {
      Files.writeString(file, HEAD + sections + "<p><small>" + text(Machine.line()) + ". " + FOOT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String table(List<RetrieverFigures> figures) {
    var rows = new StringBuilder("<table><tr><th>retriever</th>");
    METRICS.forEach(it -> rows.append("<th>").append(it).append("</th>"));
    rows.append("<th>p50 ms</th><th>p95 ms</th><th>queries</th><th>p</th></tr>\n");
    for (RetrieverFigures it : figures) {
      rows.append("<tr><td>").append(text(it.retriever())).append("</td>");
      METRICS.forEach(metric -> rows.append(cell("%.4f", it.mean(metric))));
      rows.append(cell("%.1f", Figures.percentile(it.millis(), 0.5)))
          .append(cell("%.1f", Figures.percentile(it.millis(), 0.95)))
          .append("<td>").append(it.measures().size()).append("</td>");
      rows.append(it.equals(figures.getFirst())
          ? "<td>–</td>"
          : cell("%.3f", PairedBootstrap.of(
              figures.getFirst().values(QueryMeasures.NDCG_10), it.values(QueryMeasures.NDCG_10)).pValue()));
      rows.append("</tr>\n");
    }
    return rows.append("</table>\n").toString();
  }

  /** Bars from 0 to 1, a group for each retriever. */
  private static String plot(List<RetrieverFigures> figures) {
    int group = METRICS.size() * BAR + BAR;
    int height = figures.size() * group + 4 * BAR;
    var svg = new StringBuilder(String.format(Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" font-family=\"sans-serif\" font-size=\"11\">%n",
        LABELS + WIDTH + 60, height));
    for (int i = 0; i < METRICS.size(); i++) {
      int x = LABELS + i * WIDTH / METRICS.size();
      svg.append(rectangle(x, 2, BAR - 4, BAR - 4, COLOURS.get(i))).append(label(x + BAR, BAR - 3, METRICS.get(i), ""));
    }
    for (int row = 0; row < figures.size(); row++) {
      int top = 2 * BAR + row * group;
      var it = figures.get(row);
      svg.append(label(LABELS - 8, top + group / 2 - 4, it.retriever(), " text-anchor=\"end\" font-weight=\"bold\""));
      for (int i = 0; i < METRICS.size(); i++) {
        double value = it.mean(METRICS.get(i));
        int y = top + i * BAR;
        svg.append(rectangle(LABELS, y, (int) Math.round(value * WIDTH), BAR - 3, COLOURS.get(i)))
            .append(label(LABELS + (int) Math.round(value * WIDTH) + 4, y + BAR - 5,
                String.format(Locale.ROOT, "%.3f", value), ""));
      }
    }
    return svg.append("</svg>\n").toString();
  }

  private static String rectangle(int x, int y, int width, int height, String colour) {
    return String.format(Locale.ROOT, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>%n", x, y,
        width, height, colour);
  }

  private static String label(int x, int y, String label, String attributes) {
    return String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\"%s>%s</text>%n", x, y, attributes, text(label));
  }

  private static String cell(String format, double value) {
    return "<td>" + String.format(Locale.ROOT, format, value) + "</td>";
  }

  private static String text(String plain) {
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
  }
}
