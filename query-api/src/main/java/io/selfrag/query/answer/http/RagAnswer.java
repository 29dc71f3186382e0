package io.selfrag.query.answer.http;

import io.selfrag.generation.reflect.Reflection;
import io.selfrag.query.answer.http.AnswerQuestions.Begun;
import io.selfrag.query.retrieve.http.RetrieveAnswer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code POST /v1/rag}; field names are the contract.
 *
 * @param sources {@code null} if they were not wanted
 * @param citations each sentence with the chunks that support it
 * @param grounded every sentence was found to be supported, and there is one
 * @param reflection every verdict; empty where nothing was checked
 * @param model which models took part; {@code llm_provider} {@code extractive} labels an answer made of quotes
 */
record RagAnswer(String answer, @Nullable List<SourceView> sources, List<CitationView> citations, boolean grounded,
    List<Reflection> reflection, RetrieveAnswer.@Nullable Model model, int retrievalCount, int generationTokens,
    UsageView usage, RetrieveAnswer.@Nullable Explanation explanation) {

  static RagAnswer of(WholeAnswer whole, Begun begun, RagBody body) {
    var done = whole.done();
    var search = begun.passages().lastSearch();
    return new RagAnswer(whole.text(), body.wantsSources() ? SourceView.of(whole.sources(), begun.passages()) : null,
        CitationView.of(whole.citations(), begun.passages()), done.grounded(), done.reflections(), model(begun),
        done.retrieved(),
        done.usage().completionTokens(), UsageView.of(done.usage()),
        search != null && body.retrieval().wantsExplanation() ? RetrieveAnswer.explanation(search) : null);
  }

  static RetrieveAnswer.@Nullable Model model(Begun begun) {
    var search = begun.passages().lastSearch();
    var id = begun.model().id();
    return search == null
        ? new RetrieveAnswer.Model("", "", id.provider(), id.model(), null, null, "")
        : RetrieveAnswer.model(Objects.requireNonNull(search), id.provider(), id.model());
  }
}
