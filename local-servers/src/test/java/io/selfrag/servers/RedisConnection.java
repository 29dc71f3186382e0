package io.selfrag.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** As much of Redis' protocol as these tests need. */
final class RedisConnection implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader answers;

  RedisConnection(String url) throws IOException {
    URI address = URI.create(url);
    socket = new Socket(address.getHost(), address.getPort());
    socket.setSoTimeout(2_000);
    answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    if (address.getUserInfo() != null) {
      ask("AUTH", address.getUserInfo().substring(1));
    }
  }

  /** The text of an answer, or the whole line of an error. */
  String ask(String... words) throws IOException {
    socket.getOutputStream().write((String.join(" ", words) + "\r\n").getBytes(StandardCharsets.UTF_8));
    String line = answers.readLine();
    return line.startsWith("$") && !line.equals("$-1") ? answers.readLine() : line;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
