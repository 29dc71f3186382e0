package io.selfrag.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.selfrag.schemas.SelfRagException;
import io.selfrag.servers.SharedServers;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database whose name moves from one address to another while the pool lives. */
class ResolvedConnectionsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String NAME = "db.test";

  private final DatabaseAddress at = DatabaseAddress.parse(SharedServers.freshDatabase().url());
  private InetAddress[] known = {};
  private final CatalogDatabase database = new CatalogDatabase(
      new DatabaseAddress(NAME, at.port(), at.database(), at.user(), at.password(), at.options()), "moves", 2, LIMIT,
      LIMIT, UnaryOperator.identity(), this::addresses);

  private InetAddress[] addresses(String name) throws UnknownHostException {
    if (!name.equals(NAME) || known.length == 0) {
      throw new UnknownHostException(name);
    }
    return known;
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void aDatabaseThatCameBackUnderAnotherAddressIsFoundByTheNextConnection() throws Exception {
    known = new InetAddress[]{nobody()};
    assertThat(catchThrowable(this::ping)).isInstanceOf(SelfRagException.class);

    known = new InetAddress[]{InetAddress.getByName(at.host())};

    ping();
  }

  @Test
  void aNameThatIsNotKnownIsAnOutageUntilItIs() throws Exception {
    assertThat(catchThrowable(this::ping)).isInstanceOfSatisfying(SelfRagException.class,
        it -> assertThat(it.isTransient()).isTrue());

    known = new InetAddress[]{InetAddress.getByName(at.host())};

    ping();
  }

  @Test
  void theAddressesOfANameAreTriedInOrder() throws Exception {
    known = new InetAddress[]{nobody(), InetAddress.getByName(at.host())};

    ping();
  }

  private void ping() {
    StoreCalls.await(database.ping(), LIMIT);
  }

  /** An address of this machine at which no server listens. */
  private static InetAddress nobody() throws UnknownHostException {
    return InetAddress.getByName("127.9.9.9");
  }
}
