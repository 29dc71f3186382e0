package io.selfrag.query.answer.http;

import io.selfrag.generation.Evidence;
import io.selfrag.query.answer.FoundPassages;
import io.selfrag.query.retrieve.Passage;
import io.selfrag.query.retrieve.Retrieval;
import io.selfrag.query.retrieve.http.RetrieveAnswer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A passage that an answer rests on; the first is cited as [1].
 *
 * @param text what the answer was written from: the chunk with what stands around it
 * @param contextBefore the part of {@code text} that is not the chunk's own but stands before it; {@code null} if there is none
 * @param contextAfter likewise behind it
 */
record SourceView(UUID chunkId, String text, double score, UUID knowledgeBaseId, UUID documentId,
    Map<String, Object> metadata, @Nullable String contextBefore, @Nullable String contextAfter) {
  static List<SourceView> of(List<Evidence> passages, FoundPassages found) {
    return passages.stream().map(it -> of(it, found.hit(it.chunkId()))).toList();
  }

  private static SourceView of(Evidence read, Retrieval.Hit hit) {
    var passage = hit.passage();
    var before = joined(read.around().before());
    var after = joined(read.around().after());
    return new SourceView(passage.chunkId(), Passage.joined(List.of(before, passage.text(), after)),
        hit.candidate().score(), passage.knowledgeBaseId(), passage.documentId(), RetrieveAnswer.metadata(passage),
        before.isEmpty() ? null : before, after.isEmpty() ? null : after);
  }

  private static String joined(List<Evidence.Part> parts) {
    return Passage.joined(parts.stream().map(Evidence.Part::text).toList());
  }
}
