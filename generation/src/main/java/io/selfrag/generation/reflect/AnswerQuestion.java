package io.selfrag.generation.reflect;

import io.selfrag.embedding.language.Language;
import io.selfrag.embedding.language.LanguageDetector;
import io.selfrag.generation.Evidence;
import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatPiece;
import io.selfrag.generation.chat.ChatPrompt;
import io.selfrag.generation.reflect.FindEvidence.Found;
import io.selfrag.generation.support.Relevance;
import io.selfrag.generation.support.Similarity;
import io.selfrag.generation.support.SupportScorer;
import io.selfrag.generation.text.Sentences;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Answers a question from passages so that the answer can be checked: grade what was found, search again if it is weak, generate with
 * citations, let through what the passages support, and say so where they do not hold the answer. Safe for concurrent
 * callers; cancelling an answer ends its calls of the model.
 */
public final class AnswerQuestion {
  private static final Pattern CITED = Pattern.compile("\\[(\\d{1,3})]");

  private final Similarity similarity;
  private final FindEvidence find;
  private final Budget budget;
  private final Scheduler threads;

  /** @param threads on which sentences are checked, which takes milliseconds of a processor */
  public AnswerQuestion(Similarity similarity, Budget budget, Scheduler threads) {
    this.similarity = similarity;
    this.find = new FindEvidence(new Relevance(similarity));
    this.budget = budget;
    this.threads = threads;
  }

  /** The events of an answer, anew for each subscriber. Failures of the search and of the model come through as they are. */
  public Flux<AnswerEvent> answer(Question question, EvidenceSearch search, ChatModel model) {
    return begin(question, search, model, _ -> {}).flatMapMany(it -> it);
  }

  /**
   * The same in two steps: the search, whose failures can still be answered with a status, and then the events, to be subscribed to
   * once.
   *
   * @param told of each verdict as it is reached, also where the answer fails later; does not block
   */
  public Mono<Flux<AnswerEvent>> begin(Question question, EvidenceSearch search, ChatModel model,
      Consumer<Reflection> told) {
    return Mono.defer(() -> {
      var run = new Run(model, budget, told);
      if (question.mode() == Question.Mode.AUTO && model.writes() && SmallTalk.is(question.text())) {
        run.reflect("need", "no search", null, "a greeting is not a question");
        return Mono.just(plain(question, run, reflected(run)));
      }
      return question.mode() == Question.Mode.OFF
          ? find.ungraded(question, search, run).map(it -> unchecked(question, it, run))
          : find.graded(question, search, run).map(it -> checked(question, it, run));
    });
  }

  /** A conversation without passages: the model's own words. */
  public Flux<AnswerEvent> converse(Question question, ChatModel model) {
    return Flux.defer(() -> plain(question, new Run(model, budget, _ -> {}), Flux.empty()));
  }

  private static Flux<AnswerEvent> reflected(Run run) {
    return Flux.defer(() -> Flux.fromIterable(run.untold()).map(AnswerEvent.Reflected::new));
  }

  /** The events with what was judged before the first word of the answer in front of it. */
  private static Flux<AnswerEvent> verdictsFirst(Flux<AnswerEvent> events, Run run) {
    var begun = new AtomicBoolean();
    return events.concatMap(it -> it instanceof AnswerEvent.Content && begun.compareAndSet(false, true)
        ? reflected(run).concatWithValues(it)
        : Flux.just(it));
  }

  private static Flux<AnswerEvent> plain(Question question, Run run, Flux<AnswerEvent> before) {
    return Flux.concat(Flux.just(new AnswerEvent.Sources(List.of())), before,
        passedOn(Prompts.plain(question), run, List.of()));
  }

  private Flux<AnswerEvent> unchecked(Question question, Found found, Run run) {
    var passages = FitPassages.of(found.passages(), budget.promptTokens());
    return Flux.concat(Flux.just(new AnswerEvent.Sources(passages)),
        passedOn(Prompts.answer(question, found.standalone(), passages), run, passages));
  }

  /** What the model writes as it writes it; only its own citations are read. */
  private static Flux<AnswerEvent> passedOn(ChatPrompt prompt, Run run, List<Evidence> passages) {
    var text = new StringBuilder();
    return run.model.stream(prompt).concatMapIterable(piece -> switch (piece) {
      case ChatPiece.Text it -> {
        text.append(it.text());
        yield List.<AnswerEvent>of(new AnswerEvent.Content(it.text()));
      }
      case ChatPiece.End it -> {
        run.count(it.usage());
        yield List.of(new AnswerEvent.Citations(cited(text.toString(), passages)), run.done(it.finish(), false));
      }
    });
  }

  private static List<Citation> cited(String answer, List<Evidence> passages) {
    var citations = new ArrayList<Citation>();
    for (String sentence : Sentences.of(answer)) {
      var ids = new ArrayList<UUID>();
      CITED.matcher(sentence).results().mapToInt(it -> Integer.parseInt(it.group(1)))
          .filter(it -> it >= 1 && it <= passages.size()).distinct()
          .forEach(it -> ids.add(passages.get(it - 1).chunkId()));
      if (!ids.isEmpty()) {
        citations.add(new Citation(CITED.matcher(sentence).replaceAll("").strip(), ids, ids, null));
      }
    }
    return citations;
  }

  private Flux<AnswerEvent> checked(Question question, Found found, Run run) {
    var passages = FitPassages.of(found.passages(), budget.promptTokens());
    var answer = passages.isEmpty()
        ? abstained(question, run, ChatPiece.Finish.STOP)
        : generated(question, found.standalone(), passages, run);
    return Flux.concat(Flux.just(new AnswerEvent.Sources(passages)), reflected(run), verdictsFirst(answer, run));
  }

  private Flux<AnswerEvent> generated(Question question, String standalone, List<Evidence> passages, Run run) {
    var sentences = new SentenceBuffer();
    var check = new CheckSentences(standalone, passages, new SupportScorer(similarity, passages), run);
    var finish = new AtomicReference<>(ChatPiece.Finish.STOP);
    var content = run.model.stream(Prompts.answer(question, standalone, passages))
        .concatMapIterable(piece -> switch (piece) {
          case ChatPiece.Text it -> sentences.add(it.text());
          case ChatPiece.End it -> {
            run.count(it.usage());
            finish.set(it.finish());
            yield sentences.rest();
          }
        }).concatMap(sentence -> Flux.defer(() -> check.check(sentence)).subscribeOn(threads));
    return content.concatWith(Flux.defer(() -> check.anySupported()
        ? Flux.just(new AnswerEvent.Citations(check.citations()), run.done(finish.get(), true))
        : abstained(question, run, finish.get())));
  }

  private static Flux<AnswerEvent> abstained(Question question, Run run, ChatPiece.Finish finish) {
    return Flux.defer(() -> {
      run.reflect("abstain", "no answer", null, "no passage supports one");
      var said = LanguageDetector.detect(question.text()) == Language.CHINESE
          ? "知识库中没有这个问题的答案。"
          : "The knowledge base does not hold the answer to this question.";
      return Flux.just(new AnswerEvent.Content(said), new AnswerEvent.Citations(List.of()), run.done(finish, false));
    });
  }
}
