package io.selfrag.query.answer.http;

import io.selfrag.generation.Evidence;
import io.selfrag.query.answer.FoundPassages;
import io.selfrag.query.retrieve.http.RetrieveAnswer;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A passage that an answer rests on; the first is cited as [1]. */
record SourceView(UUID chunkId, String text, double score, UUID knowledgeBaseId, UUID documentId,
    Map<String, Object> metadata) {
  static List<SourceView> of(List<Evidence> passages, FoundPassages found) {
    return passages.stream().map(it -> {
      var hit = found.hit(it.chunkId());
      var passage = hit.passage();
      return new SourceView(passage.chunkId(), passage.text(), hit.candidate().score(), passage.knowledgeBaseId(),
          passage.documentId(), RetrieveAnswer.metadata(passage));
    }).toList();
  }
}
