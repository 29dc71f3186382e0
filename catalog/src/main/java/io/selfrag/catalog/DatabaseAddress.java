package io.selfrag.catalog;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where the database is, taken from one URL, of which both drivers' addresses are made.
 *
 * @param options of the URL's query; {@code sslmode} is understood
 */
public record DatabaseAddress(String host, int port, String database, String user, String password,
    Map<String, String> options) {
  private static final int DEFAULT_PORT = 5432;
  private static final Set<String> SCHEMES = Set.of("postgresql", "postgres", "postgresql+asyncpg",
      "postgresql+psycopg", "postgresql+psycopg2", "r2dbc:postgresql", "r2dbc:pool:postgresql", "jdbc:postgresql");

  public DatabaseAddress {
    options = Map.copyOf(options);
  }

  /**
   * Reads {@code postgresql://user:password@host:port/database?sslmode=...}, with the scheme of any of the usual drivers.
   *
   * @throws IllegalArgumentException with a sentence that does not repeat the password
   */
  public static DatabaseAddress parse(String url) {
    int slashes = url.indexOf("://");
    if (slashes < 0 || !SCHEMES.contains(url.substring(0, slashes).toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "must look like postgresql://user:password@host:5432/database (or postgresql+asyncpg://...)");
    }
    URI uri;
    try {
      uri = new URI("postgresql" + url.substring(slashes));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("is not a URL (special characters of a password must be %-encoded)");
    }
    String path = uri.getPath();
    if (uri.getHost() == null || path == null || path.length() < 2) {
      throw new IllegalArgumentException("must name a host and a database");
    }
    var options = options(uri.getRawQuery());
    String info = uri.getRawUserInfo();
    String user = options.getOrDefault("user", "postgres");
    String password = options.getOrDefault("password", "");
    if (info != null) {
      int colon = info.indexOf(':');
      user = decode(colon < 0 ? info : info.substring(0, colon));
      password = colon < 0 ? password : decode(info.substring(colon + 1));
    }
    options.remove("user");
    options.remove("password");
    return new DatabaseAddress(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(), path.substring(1), user,
        password, options);
  }

  /** The address for JDBC, without user and password. */
  public String jdbcUrl() {
    String mode = options.get("sslmode");
    return "jdbc:postgresql://" + host + ":" + port + "/" + database + (mode == null ? "" : "?sslmode=" + mode);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
  }

  private static Map<String, String> options(@Nullable String query) {
    var options = new HashMap<String, String>();
    if (query != null) {
      for (String pair : query.split("&")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          options.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
      }
    }
    return options;
  }

  private static String decode(String text) {
    // In a URL's authority a plus is a plus.
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
