package io.selfrag.query.retrieve;

import static org.assertj.core.api.Assertions.assertThat;

import io.selfrag.embedding.ModelId;
import io.selfrag.vectorstore.CollectionSpec;
import io.selfrag.vectorstore.SearchResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LanguagesTest {
  private static final CollectionQuery OWN = query("en", "hybrid", false, 1);
  private static final CollectionQuery FOREIGN = query("zh", "hybrid", true, 1);

  @Test
  void passagesOfAnotherLanguageCountHalfWhereWordsSayNoMore() {
    assertThat(weights(9f, 2f)).containsEntry(OWN, 1.0).containsEntry(FOREIGN, 0.5);
    assertThat(weights(9f, 0f)).containsEntry(FOREIGN, 0.5);
    assertThat(weights(0f, 0f)).containsEntry(FOREIGN, 0.5);
  }

  @Test
  void passagesThatHaveTheQuestionsRareWordsCountWhateverTheirLanguage() {
    assertThat(weights(9f, 7.2f)).containsEntry(FOREIGN, (double) 7.2f / 9f);
    assertThat(weights(3f, 30f)).containsEntry(OWN, 1.0).containsEntry(FOREIGN, 1.1);
    assertThat(weights(0f, 5f)).containsEntry(FOREIGN, 1.1);
  }

  @Test
  void onlyListsOfTheSameRetrieverAreCompared() {
    var other = query("zh", "bm25", true, 0.4);
    var first = new LinkedHashMap<CollectionQuery, SearchResult>(
        Map.of(OWN, found(9f), other, found(30f)));

    assertThat(Languages.weights(first)).containsEntry(other, 0.4 * 1.1).containsEntry(OWN, 1.0);
    first.put(query("en", "bm25", false, 0.4), found(60f));
    assertThat(Languages.weights(first)).containsEntry(other, 0.4 * 0.5);
  }

  private static Map<CollectionQuery, Double> weights(float own, float foreign) {
    return Languages.weights(Map.of(OWN, found(own), FOREIGN, found(foreign)));
  }

  private static SearchResult found(float best) {
    var id = new UUID(1, 1);
    return new SearchResult(List.of(), best > 0 ? List.of(new SearchResult.Hit(id, id, id, best)) : List.of());
  }

  private static CollectionQuery query(String collection, String retriever, boolean isForeign, double weight) {
    return new CollectionQuery(new CollectionSpec(collection, 4), new ModelId("onnx", collection, 4),
        Retriever.of(retriever, Map.of()).legs(), Wording.of("question"), List.of(), weight, isForeign, List.of());
  }
}
