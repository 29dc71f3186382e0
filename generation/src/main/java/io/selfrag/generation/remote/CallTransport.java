package io.selfrag.generation.remote;

import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import dev.langchain4j.http.client.sse.ServerSentEventContext;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The transport of one call. Ours and not langchain4j's, because a call must end at any moment, before the first piece too; because
 * an answer that breaks off must not pass for a whole one; and because refusals have headers. Blocks the thread that calls it,
 * which is one of the call's own.
 */
final class CallTransport implements dev.langchain4j.http.client.HttpClient {
  private static final int LONGEST_REFUSAL = 64 * 1024;

  private final HttpClient client;
  private final RemoteChat model;
  private final Refusals refusals;
  private final Predicate<String> isLast;
  private final AtomicReference<@Nullable Runnable> stop = new AtomicReference<>();
  private volatile boolean cancelled;

  /** @param isLast whether the data of an event ends a whole answer */
  CallTransport(HttpClient client, RemoteChat model, Refusals refusals, Predicate<String> isLast) {
    this.client = client;
    this.model = model;
    this.refusals = refusals;
    this.isLast = isLast;
  }

  /** Ends the call: the connection closes, so that the server stops. */
  void cancel() {
    cancelled = true;
    var how = stop.getAndSet(null);
    if (how != null) {
      how.run();
    }
  }

  @Override
  public SuccessfulHttpResponse execute(dev.langchain4j.http.client.HttpRequest request) {
    throw new UnsupportedFeatureException("chat answers are streamed");
  }

  @Override
  public void execute(dev.langchain4j.http.client.HttpRequest request, ServerSentEventParser parser,
      ServerSentEventListener listener) {
    var watch = new Watch(listener);
    try {
      var response = send(request);
      try (InputStream body = response.body()) {
        stopBy(() -> closeQuietly(body));
        if (response.statusCode() / 100 != 2) {
          var refusal = new String(body.readNBytes(LONGEST_REFUSAL), StandardCharsets.UTF_8);
          throw refusals.of(response.statusCode(), refusal, response.headers());
        }
        listener.onOpen(SuccessfulHttpResponse.builder().statusCode(response.statusCode())
            .headers(response.headers().map()).build());
        parser.parse(body, watch);
      }
      watch.end();
    } catch (IOException e) {
      watch.fail(unreachable(e));
    } catch (ModelFailure e) {
      watch.fail(e);
    }
  }

  private HttpResponse<InputStream> send(dev.langchain4j.http.client.HttpRequest request) throws IOException {
    var builder = HttpRequest.newBuilder(URI.create(request.url())).timeout(model.timeout())
        .method(request.method().name(), BodyPublishers.ofString(request.body()));
    request.headers().forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    CompletableFuture<HttpResponse<InputStream>> call = client.sendAsync(builder.build(), BodyHandlers.ofInputStream());
    stopBy(() -> call.cancel(true));
    try {
      return call.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      call.cancel(true);
      throw new IOException("interrupted", e);
    } catch (java.util.concurrent.CancellationException e) {
      throw new IOException("cancelled", e);
    }
  }

  private void stopBy(Runnable how) {
    stop.set(how);
    if (cancelled) {
      cancel();
    }
  }

  private static void closeQuietly(InputStream body) {
    try {
      body.close();
    } catch (IOException _) {
      // Closing is how the call is ended; that it was closed already is as good.
    }
  }

  private ModelFailure unreachable(IOException cause) {
    return ModelFailure.passing(
        model.name() + (cause instanceof HttpTimeoutException ? " did not answer in time" : " cannot be reached"),
        cause);
  }

  /** Hands events on, and knows whether the answer came to its end. */
  private final class Watch implements ServerSentEventListener {
    private final ServerSentEventListener listener;
    private boolean ended;
    private boolean failed;

    Watch(ServerSentEventListener listener) {
      this.listener = listener;
    }

    @Override
    public void onEvent(ServerSentEvent event, ServerSentEventContext context) {
      if (failed) {
        return;
      }
      var data = event.data() == null ? "" : event.data();
      if (data.stripLeading().startsWith("{\"error\"")) {
        fail(refusals.within(data));
        return;
      }
      ended |= isLast.test(data);
      listener.onEvent(event, context);
    }

    @Override
    public void onError(Throwable thrown) {
      fail(ModelFailure.in(thrown, model.name() + " broke off its answer"));
    }

    void fail(ModelFailure failure) {
      if (!failed) {
        failed = true;
        listener.onError(failure);
      }
    }

    void end() {
      if (!ended) {
        fail(ModelFailure.passing(model.name() + " broke off its answer", null));
      } else if (!failed) {
        listener.onClose();
      }
    }
  }
}
