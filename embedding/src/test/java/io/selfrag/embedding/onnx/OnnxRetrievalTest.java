package io.selfrag.embedding.onnx;

import static io.selfrag.embedding.Vectors.cosine;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.selfrag.embedding.Embedder;

class OnnxRetrievalTest {
  @Test
  void anEnglishQuestionIsClosestToItsAnswer() {
    try (InferenceThreads threads = new InferenceThreads(2);
        Embedder embedder = OnnxEmbedder.open(OnnxModel.BGE_SMALL_EN, threads)) {
      float[] question = embedder.embedQuery("How long do customers have to send a product back?");

      List<float[]> passages = embedder.embedPassages(List.of("Returns are accepted for thirty days after delivery.",
          "The office is closed on public holidays.", "Our engines run on hydrogen."));

      assertThat(cosine(question, passages.get(0))).isGreaterThan(cosine(question, passages.get(1)) + 0.1)
          .isGreaterThan(cosine(question, passages.get(2)) + 0.1);
    }
  }

  @Test
  void aChineseQuestionIsClosestToItsAnswer() {
    try (InferenceThreads threads = new InferenceThreads(2);
        Embedder embedder = OnnxEmbedder.open(OnnxModel.BGE_SMALL_ZH, threads)) {
      float[] question = embedder.embedQuery("顾客多久之内可以退货？");

      List<float[]> passages = embedder.embedPassages(List.of("商品签收后三十天内可以退货。", "公共假期办公室不开放。", "我们的发动机使用氢气。"));

      assertThat(cosine(question, passages.get(0))).isGreaterThan(cosine(question, passages.get(1)) + 0.1)
          .isGreaterThan(cosine(question, passages.get(2)) + 0.1);
    }
  }
}
