package io.selfrag.query.answer.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.selfrag.generation.reflect.Reflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OpenAI's answer, and a piece of a streamed one; with sources, citations and verdicts beside. */
record ChatCompletion(String id, String object, long created, String model, List<Choice> choices,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UsageView usage,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<SourceView> sources,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<CitationView> citations,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean grounded,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Reflection> reflection) {

  /** One of the answers, of which there is always one. */
  record Choice(int index, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Message message,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Delta delta, @Nullable Object logprobs,
      @Nullable String finishReason) {}

  /** What the assistant says. */
  record Message(String role, String content, @Nullable String refusal) {}

  /** What it goes on to say. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Delta(@Nullable String role, @Nullable String content) {}
}
