package io.selfrag.servers;

/** Where a database is and who may open it. */
public record PostgresAddress(String host, int port, String database, String user, String password) {

  /** For JDBC drivers, without user and password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database;
  }

  /** For R2DBC drivers, without user and password. */
  public String r2dbcUrl() {
    return "r2dbc:postgresql://" + host + ":" + port + "/" + database;
  }

  /** The common form with everything in it, as {@code DATABASE_URL} carries it. */
  public String url() {
    return "postgresql://" + user + ":" + password + "@" + host + ":" + port + "/" + database;
  }

  PostgresAddress withDatabase(String other) {
    return new PostgresAddress(host, port, other, user, password);
  }

  /** Without the password, which has no place in logs. */
  @Override
  public String toString() {
    return user + "@" + host + ":" + port + "/" + database;
  }
}
