package io.selfrag.ingest.fetch;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.NetUtil;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.LoopResources;

/**
 * Downloads what a {@code source_url} names: http(s) only, public addresses only, on the first request as after every redirect.
 * Whatever goes wrong is {@code FETCH_FAILED}, without a word on what answered inside.
 */
public final class SourceFetch {
  private static final int MAX_REDIRECTS = 5;
  /** Others below are those of mail, shells and the like, which nobody shall be made to talk to. */
  private static final Set<Integer> WEB_PORTS = Set.of(80, 443);
  private static final int FIRST_FREE_PORT = 1024;
  private static final int LAST_PORT = 65_535;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final AddressPolicy policy;
  private final HttpClient client;
  private final Duration limit;

  public SourceFetch(AddressPolicy policy, Scheduler blocking, LoopResources loops, Duration limit) {
    this(policy, InetAddress::getAllByName, blocking, loops, limit);
  }

  SourceFetch(AddressPolicy policy, CheckedResolver.Names names, Scheduler blocking, LoopResources loops,
      Duration limit) {
    this.policy = policy;
    this.limit = limit;
    this.client = HttpClient.newConnection().runOn(loops).resolver(new CheckedResolver(policy, names, blocking))
        .followRedirect(false).noProxy().responseTimeout(limit)
        .headers(headers -> headers.set(HttpHeaderNames.USER_AGENT, "selfrag").set(HttpHeaderNames.ACCEPT, "*/*"));
  }

  /** What came: pieces of its bytes, to be read once. */
  public record Fetched(Flux<byte[]> pieces, @Nullable String mediaType, @Nullable String fileName) {}

  /** Use of a download while its connection is open. */
  public interface Use<T> {
    Mono<T> of(Fetched fetched);
  }

  /** Downloads and hands it to its use; the limit holds for both. */
  public <T> Mono<T> fetch(URI url, Use<T> use) {
    return follow(url, 0, use).timeout(limit, Mono.error(() -> failed("the download took too long", null)))
        .onErrorMap(failure -> failure instanceof SelfRagException ? failure : failed(reason(failure), failure));
  }

  private <T> Mono<T> follow(URI url, int redirects, Use<T> use) {
    check(url);
    return client.get().uri(url).response((response, body) -> {
      int status = response.status().code();
      if (REDIRECTS.contains(status)) {
        return Mono.<Step<T>>just(new Step.Redirect<>(target(url, response, redirects)));
      }
      if (status != 200) {
        return Mono.error(failed("it answered with status " + status, null));
      }
      // None is asked for: a few packed bytes would be unpacked to a thousand times as many before anyone could count them.
      var encoding = response.responseHeaders().get(HttpHeaderNames.CONTENT_ENCODING, "identity");
      if (!encoding.equalsIgnoreCase("identity")) {
        return Mono.error(failed("it answered with an encoding that was not asked for", null));
      }
      var fetched = new Fetched(body.asByteArray(), response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE),
          fileName(url));
      return use.of(fetched).map(value -> (Step<T>) new Step.Done<>(value));
    }).single().flatMap(step -> switch (step) {
      case Step.Done<T> done -> Mono.just(done.value());
      case Step.Redirect<T> redirect -> follow(redirect.target(), redirects + 1, use);
    });
  }

  private sealed interface Step<T> {
    record Done<T>(T value) implements Step<T> {}

    record Redirect<T>(URI target) implements Step<T> {}
  }

  /** Names are checked when they are resolved; an address in the URL itself is not resolved, so it is checked here. */
  private void check(URI url) {
    var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw failed("only http and https are taken", null);
    }
    if (url.getHost() == null || url.getHost().isBlank() || url.getRawUserInfo() != null) {
      throw failed("the URL must name a host, and no user", null);
    }
    int port = url.getPort();
    if (port != -1 && !WEB_PORTS.contains(port) && (port < FIRST_FREE_PORT || port > LAST_PORT)) {
      throw failed("the port is not one of the web", null);
    }
    var host = url.getHost().replaceAll("^\\[|\\]$", "");
    byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      if (literal != null && !policy.allows(InetAddress.getByAddress(literal))) {
        throw failed("the address is not public", null);
      }
    } catch (UnknownHostException e) {
      throw failed("the address is not valid", e);
    }
  }

  private static URI target(URI from, HttpClientResponse response, int redirects) {
    var location = response.responseHeaders().get(HttpHeaderNames.LOCATION);
    if (location == null || redirects >= MAX_REDIRECTS) {
      throw failed("it redirects too often or to nowhere", null);
    }
    try {
      return from.resolve(location);
    } catch (IllegalArgumentException e) {
      throw failed("it redirects to nowhere", e);
    }
  }

  private static @Nullable String fileName(URI url) {
    var path = url.getPath();
    var name = path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
    return name.isBlank() ? null : name;
  }

  private static String reason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CheckedResolver.ForbiddenAddressException) {
        return "the address is not public";
      }
      if (cause instanceof UnknownHostException) {
        return "the host is not known";
      }
    }
    return "the connection failed";
  }

  private static SelfRagException failed(String why, @Nullable Throwable cause) {
    return new SelfRagException(ErrorCode.FETCH_FAILED, "source_url could not be fetched: " + why, cause);
  }
}
