package io.selfrag.generation.remote;

import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import io.selfrag.generation.chat.ChatMessage;
import io.selfrag.generation.chat.ChatModel;
import io.selfrag.generation.chat.ChatModelId;
import io.selfrag.generation.chat.ChatPiece;
import io.selfrag.generation.chat.ChatPrompt;
import io.selfrag.generation.chat.Sampling;
import io.selfrag.generation.remote.ModelFailure.Kind;
import io.selfrag.schemas.ErrorCode;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Calls a model through langchain4j's client of its dialect, each call on a virtual thread and a connection of its own: bounded in
 * time, made again while nothing was heard yet, refused while the server is known to be away.
 */
public final class RemoteChatModel implements ChatModel {
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(2);

  private final ChatModelId id;
  private final RemoteChat remote;
  private final Dialect dialect;
  private final Refusals refusals;
  private final CircuitBreaker breaker;
  private final HttpClient client;

  /** What differs between servers. */
  public interface Dialect {
    /** langchain4j's client for one call. */
    StreamingChatModel open(HttpClientBuilder http, Sampling sampling);

    /** Whether the data of an event ends a whole answer. */
    Predicate<String> isLast();

    /** Throws if the server is away or does not have the model; blocks. */
    void check(HttpClient client);
  }

  private RemoteChatModel(String provider, RemoteChat remote, Dialect dialect, InstantSource clock) {
    this.id = new ChatModelId(provider, remote.name());
    this.remote = remote;
    this.dialect = dialect;
    this.refusals = new Refusals(provider + "/" + remote.name());
    this.breaker = new CircuitBreaker(clock);
    // HTTP/1.1: closing the connection ends the call, and model servers seldom speak more.
    this.client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(remote.connectTimeout())
        .build();
  }

  /** Does no I/O yet. */
  public static ChatModel create(String provider, RemoteChat remote, Dialect dialect, InstantSource clock) {
    return new RemoteChatModel(provider, remote, dialect, clock);
  }

  @Override
  public ChatModelId id() {
    return id;
  }

  @Override
  public boolean writes() {
    return true;
  }

  @Override
  public Flux<ChatPiece> stream(ChatPrompt prompt) {
    return Flux.defer(() -> {
      var heard = new AtomicBoolean();
      return guarded(prompt).doOnNext(_ -> heard.set(true)).retryWhen(againUnless(heard))
          .onErrorMap(ModelFailure.class, ModelFailure::toCaller);
    });
  }

  private Flux<ChatPiece> guarded(ChatPrompt prompt) {
    return Flux.defer(() -> {
      if (!breaker.mayCall()) {
        return Flux.error(new ModelFailure(ErrorCode.MODEL_UNAVAILABLE, Kind.MISCONFIGURED,
            id.provider() + "/" + id.model() + " failed repeatedly and is left alone for a moment", null,
            CircuitBreaker.PAUSE));
      }
      return call(prompt)
          .timeout(Mono.delay(remote.timeout()), _ -> Mono.delay(remote.idleTimeout()))
          .onErrorMap(TimeoutException.class, e -> ModelFailure.passing(id.model() + " did not answer in time", e))
          .doOnError(ModelFailure.class, this::count).doOnComplete(breaker::succeeded)
          .doOnCancel(breaker::undecided)
          // Who reads slowly must not make the server look slow.
          .onBackpressureBuffer();
    });
  }

  private void count(ModelFailure failure) {
    if (failure.kind() == Kind.PROMPT) {
      breaker.succeeded();
    } else {
      breaker.failed();
    }
  }

  private Flux<ChatPiece> call(ChatPrompt prompt) {
    return Flux.create(sink -> {
      var transport = new CallTransport(client, remote, refusals, dialect.isLast());
      var answer = new Answer(id.model(), sink);
      var limit = Schedulers.parallel().schedule(
          () -> answer.onError(ModelFailure.passing(id.model() + " took too long for its answer", null)),
          remote.timeout().toMillis(), TimeUnit.MILLISECONDS);
      sink.onDispose(() -> {
        answer.abandon();
        limit.dispose();
        transport.cancel();
      });
      Thread.ofVirtual().name("chat-call").start(() -> run(prompt, transport, answer));
    }, FluxSink.OverflowStrategy.BUFFER);
  }

  private void run(ChatPrompt prompt, CallTransport transport, Answer answer) {
    try {
      var messages = prompt.messages().stream().map(RemoteChatModel::message).toList();
      dialect.open(new CallTransportBuilder(transport), prompt.sampling().orElse(remote.usual()))
          .chat(ChatRequest.builder().messages(messages).build(), answer);
      answer.requireEnd();
    } catch (RuntimeException e) {
      answer.onError(e);
    }
  }

  private static dev.langchain4j.data.message.ChatMessage message(ChatMessage message) {
    return switch (message.role()) {
      case SYSTEM -> SystemMessage.from(message.text());
      case USER -> UserMessage.from(message.text());
      case ASSISTANT -> AiMessage.from(message.text());
    };
  }

  private Retry againUnless(AtomicBoolean heard) {
    return Retry.from(failures -> failures.concatMap(it -> {
      var failure = it.failure();
      boolean again = failure instanceof ModelFailure model && model.kind() == Kind.PASSING && !heard.get()
          && it.totalRetries() < remote.retries();
      if (!again) {
        return Mono.error(failure);
      }
      var pause = ((ModelFailure) failure).pause();
      if (pause != null && pause.compareTo(LONGEST_BACKOFF) > 0) {
        return Mono.error(failure);
      }
      return Mono.delay(pause != null ? pause : backoff(it.totalRetries()));
    }));
  }

  private static Duration backoff(long retriesSoFar) {
    long longest = Math.min(LONGEST_BACKOFF.toMillis(), FIRST_BACKOFF.toMillis() << Math.min(retriesSoFar, 10));
    // Half of it at random, so that callers who failed together do not come back together.
    return Duration.ofMillis(longest / 2
        + ThreadLocalRandom.current().nextLong(longest / 2 + 1));
  }

  @Override
  public void check() {
    try {
      dialect.check(client);
    } catch (ModelFailure e) {
      throw e.toCaller();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
