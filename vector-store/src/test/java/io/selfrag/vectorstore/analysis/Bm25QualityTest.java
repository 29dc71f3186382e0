package io.selfrag.vectorstore.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Ranking quality of the sparse vectors, which hold analysis, saturation and fixed average length at once. The labelled sets are
 * not part of the project: {@code SELFRAG_TEST_DATA} names their folder.
 */
class Bm25QualityTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path DATA = Path.of(System.getenv().getOrDefault("SELFRAG_TEST_DATA", "../../shared/data"));

  @Test
  void mixedCorpusFindsTheRightText() {
    var index = new SparseIndex();
    index.add("en", "Restart the replica when the connection pool is exhausted");
    index.add("zh", "连接池耗尽时请重启副本");
    index.add("mixed", "TLSv1.3 握手失败会返回 err_conn_42");
    index.add("noise", "Quarterly revenue grew while costs fell. 本季度收入增长");

    assertThat(index.best("how to restart replicas", 1)).containsExactly("en");
    assertThat(index.best("怎么重启副本", 1)).containsExactly("zh");
    assertThat(index.best("err_conn_42 是什么", 1)).containsExactly("mixed");
  }

  /** What other people's BM25 reaches on these very files: Porter2 stems and stop words, or character bigrams. */
  @ParameterizedTest
  @CsvSource({"eval/en-a, 0.679", "eval/zh-a, 0.984", "eval-nc/zh-b, 0.388", "eval-nc/zh-c, 0.657"})
  void ranksAtLeastAsWellAsTheUsualBm25(String set, double usual) throws IOException {
    assertThat(ndcgAt10(set)).isGreaterThanOrEqualTo(usual);
  }

  private static double ndcgAt10(String set) throws IOException {
    Path folder = DATA.resolve(set);
    if (!Files.isDirectory(folder)) {
      System.out.println(
          "########## SKIPPED: no labelled set " + folder.toAbsolutePath() + ", see SELFRAG_TEST_DATA ##########");
    }
    Assumptions.assumeTrue(Files.isDirectory(folder));
    var index = new SparseIndex();
    try (var lines = new BufferedReader(new InputStreamReader(
        new GZIPInputStream(Files.newInputStream(folder.resolve("corpus.jsonl.gz"))), StandardCharsets.UTF_8))) {
      lines.lines().map(JSON::readTree).forEach(document -> index.add(document.get("id").asString(),
          Titles.above(document.get("title").asString(), document.get("text").asString())));
    }
    Map<String, Set<String>> relevant = new HashMap<>();
    Files.readAllLines(folder.resolve("qrels.tsv")).stream().skip(1).map(line -> line.split("\t"))
        .forEach(row -> relevant.computeIfAbsent(row[0], question -> new HashSet<>()).add(row[1]));
    double sum = 0;
    int asked = 0;
    for (String line : Files.readAllLines(folder.resolve("queries.jsonl"))) {
      JsonNode question = JSON.readTree(line);
      Set<String> right = relevant.getOrDefault(question.get("id").asString(), Set.of());
      sum += ndcg(index.best(question.get("text").asString(), 10), right);
      asked++;
    }
    System.out.printf("BM25 by sparse vectors, %s: nDCG@10 %.4f over %d questions%n", set, sum / asked, asked);
    return sum / asked;
  }

  private static double ndcg(List<String> found, Set<String> right) {
    double gain = 0;
    double ideal = 0;
    for (int i = 0; i < 10; i++) {
      double discount = Math.log(2) / Math.log(i + 2);
      gain += i < found.size() && right.contains(found.get(i)) ? discount : 0;
      ideal += i < right.size() ? discount : 0;
    }
    return ideal == 0 ? 0 : gain / ideal;
  }

  /** The dot product with inverse document frequencies, as a server would compute it. */
  private static final class SparseIndex {
    private final List<String> ids = new ArrayList<>();
    private final Map<Integer, Map<Integer, Float>> postings = new HashMap<>();

    void add(String id, String text) {
      SparseVector vector = SparseVector.ofDocument(text);
      for (int i = 0; i < vector.indices().length; i++) {
        postings.computeIfAbsent(vector.indices()[i], term -> new HashMap<>()).put(ids.size(), vector.values()[i]);
      }
      ids.add(id);
    }

    List<String> best(String question, int limit) {
      SparseVector vector = SparseVector.ofQuestion(question);
      Map<Integer, Double> scores = new HashMap<>();
      for (int i = 0; i < vector.indices().length; i++) {
        Map<Integer, Float> documents = postings.getOrDefault(vector.indices()[i], Map.of());
        double idf = Math.log((ids.size() - documents.size() + 0.5) / (documents.size() + 0.5) + 1);
        double weight = vector.values()[i] * idf;
        documents.forEach((document, value) -> scores.merge(document, value * weight, Double::sum));
      }
      return scores.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())).limit(limit)
          .map(score -> ids.get(score.getKey())).toList();
    }
  }
}
