package io.selfrag.ingest.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.selfrag.schemas.SelfRagException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;

/** Fetches where 127.0.0.2 counts as public beside what is: it answers, and 127.0.0.1 is the trap beside it. */
class SourceFetchIT {
  private static final LoopResources LOOPS = LoopResources.create("fetch-it", 1, true);
  private static final AtomicInteger TRAPPED = new AtomicInteger();
  private static final List<String> ASKED = new ArrayList<>();
  private static HttpServer open;
  private static HttpServer trap;
  private static InetAddress openAddress;
  private static InetAddress trapAddress;

  @BeforeAll
  static void start() throws IOException {
    openAddress = InetAddress.getByName("127.0.0.2");
    trapAddress = InetAddress.getByName("127.0.0.1");
    open = HttpServer.create(new InetSocketAddress(openAddress, 0), 0);
    open.createContext("/", exchange -> {
      try (exchange) {
        var query = exchange.getRequestURI().getRawQuery();
        if (query == null) {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(exchange.getRequestHeaders().getFirst("Host").getBytes());
        } else {
          exchange.getResponseHeaders().set("Location", query);
          exchange.sendResponseHeaders(302, -1);
        }
      }
    });
    trap = HttpServer.create(new InetSocketAddress(trapAddress, open.getAddress().getPort()), 0);
    trap.createContext("/", exchange -> {
      try (exchange) {
        TRAPPED.incrementAndGet();
        exchange.sendResponseHeaders(200, -1);
      }
    });
    open.start();
    trap.start();
  }

  @AfterAll
  static void stop() {
    open.stop(0);
    trap.stop(0);
    LOOPS.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
  }

  private static String fetched(String url, CheckedResolver.Names names) {
    var policy = new PublicAddresses();
    var fetch = new SourceFetch(it -> it.equals(openAddress) || policy.allows(it), names, Schedulers.boundedElastic(),
        LOOPS, Duration.ofSeconds(5));
    return fetch
        .fetch(URI.create(url), it -> it.pieces().map(String::new).collectList().map(all -> String.join("", all)))
        .block();
  }

  private static String at(String host) {
    return "http://" + host + ":" + open.getAddress().getPort() + "/";
  }

  @Test
  void theConnectionIsMadeToTheAddressThatWasCheckedThoughTheNameHasAnotherByThen() {
    ASKED.clear();
    CheckedResolver.Names rebinding = name -> {
      ASKED.add(name);
      return new InetAddress[]{ASKED.size() == 1 ? openAddress : trapAddress};
    };
    int before = TRAPPED.get();

    assertThat(fetched(at("rebinding.example"), rebinding)).startsWith("rebinding.example");
    assertThat(ASKED).containsExactly("rebinding.example");
    assertThatThrownBy(() -> fetched(at("rebinding.example"), rebinding)).isInstanceOf(SelfRagException.class)
        .hasMessageContaining("not public");
    assertThat(TRAPPED.get()).isEqualTo(before);
  }

  @Test
  void aNameThatHasAForbiddenAddressBesideAnOpenOneIsRefused() {
    int before = TRAPPED.get();

    for (var both : List.of(new InetAddress[]{openAddress, trapAddress}, new InetAddress[]{trapAddress, openAddress})) {
      assertThatThrownBy(() -> fetched(at("two.example"), name -> both)).isInstanceOf(SelfRagException.class)
          .hasMessageContaining("not public");
    }
    assertThat(TRAPPED.get()).isEqualTo(before);
  }

  @Test
  void aRedirectIsFollowedToWhatIsOpen() {
    assertThat(fetched(at("127.0.0.2") + "?" + at("named.example"), name -> new InetAddress[]{openAddress}))
        .startsWith("named.example");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1:PORT/", "http://[::ffff:127.0.0.1]:PORT/", "http://[::1]:PORT/",
      "http://localhost:PORT/", "http://[64:ff9b::7f00:1]:PORT/", "http://2130706433:PORT/", "http://0x7f.1:PORT/",
      "http://0177.0.0.1:PORT/", "//127.0.0.1:PORT/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
      "http://[fd00:ec2::254]/", "http://[fe80::1]/", "file:///etc/passwd", "ftp://127.0.0.2:PORT/", "http:/etc/passwd",
      "http://user:password@127.0.0.2:PORT/", "http://127.0.0.2:22/", "http://127.0.0.2:99999/", "http://:PORT/",
      "javascript:alert(1)", "data:text/plain,x"})
  void noRedirectLeadsToWhatMayNotBeAsked(String target) {
    int before = TRAPPED.get();
    var to = target.replace("PORT", String.valueOf(open.getAddress().getPort()));

    assertThatThrownBy(() -> fetched(at("127.0.0.2") + "?" + to, InetAddress::getAllByName)).as(to)
        .isInstanceOf(SelfRagException.class).hasMessageContaining("source_url could not be fetched");

    assertThat(TRAPPED.get()).isEqualTo(before);
  }
}
