package io.selfrag.catalog;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.client.DefaultHostnameVerifier;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Looks the database's name up for each connection, with the JVM's resolver (which forgets after
 * {@code networkaddress.cache.ttl}, 30 s). The driver would ask once: a pool assembles its connection once, with it Netty's resolver, and
 * that believes a name server for as long as it says, which with a container engine's is ten minutes, though the database may have come
 * back under another address. Addresses of a name are tried in order. TLS still sees the name.
 */
final class ResolvedConnections implements ConnectionFactory {
  private final DatabaseAddress address;
  private final Supplier<PostgresqlConnectionConfiguration.Builder> settings;
  private final Names names;
  private final ConnectionFactory unresolved;
  /** One for each address that the name ever had: each holds a resolver of the driver's, which is never given back. */
  private final Map<InetAddress, Mono<Connection>> byAddress = new ConcurrentHashMap<>();

  /** Who knows which addresses a name has; may block. */
  @FunctionalInterface
  interface Names {
    InetAddress[] addressesOf(String name) throws UnknownHostException;
  }

  /** @param settings all but the host, anew at each call */
  ResolvedConnections(DatabaseAddress address, Supplier<PostgresqlConnectionConfiguration.Builder> settings,
      Names names) {
    this.address = address;
    this.settings = settings;
    this.names = names;
    this.unresolved = new PostgresqlConnectionFactory(settings.get().host(address.host()).build());
  }

  @Override
  public Mono<Connection> create() {
    return Mono.fromCallable(() -> names.addressesOf(address.host())).subscribeOn(Schedulers.boundedElastic())
        .onErrorMap(UnknownHostException.class,
            e -> new R2dbcNonTransientResourceException("cannot resolve " + address.host(), e))
        .flatMap(found -> firstOf(Arrays.asList(found).iterator()));
  }

  private Mono<Connection> firstOf(Iterator<InetAddress> left) {
    var connection = byAddress.computeIfAbsent(left.next(), this::connection);
    return left.hasNext()
        ? connection.onErrorResume(R2dbcNonTransientResourceException.class, _ -> firstOf(left))
        : connection;
  }

  private Mono<Connection> connection(InetAddress at) {
    var configuration = settings.get().host(at.getHostAddress())
        .sslHostnameVerifier((_, session) -> DefaultHostnameVerifier.INSTANCE.verify(address.host(), session))
        .sslParameters(_ -> named());
    return Mono.from(new PostgresqlConnectionFactory(configuration.build()).create()).cast(Connection.class);
  }

  private SSLParameters named() {
    var parameters = new SSLParameters();
    if (address.host().contains(".") && !address.host().matches("[0-9.]+|.*:.*")) {
      parameters.setServerNames(List.of(new SNIHostName(address.host())));
    }
    return parameters;
  }

  @Override
  public ConnectionFactoryMetadata getMetadata() {
    return unresolved.getMetadata();
  }
}
