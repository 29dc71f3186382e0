package io.selfrag.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/** A request whose body is sent piece by piece while its answer is read, as the JDK's client cannot do over HTTP/1.1. */
public final class OpenPost implements AutoCloseable {
  private final Socket socket;
  private final OutputStream out;
  private final InputStream in;
  private final StringBuilder unread = new StringBuilder();

  public OpenPost(Service service, String key, String path, String contentType) throws IOException {
    socket = new Socket("localhost", service.port());
    socket.setSoTimeout(60_000);
    out = socket.getOutputStream();
    in = new BufferedInputStream(socket.getInputStream());
    out.write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key + "\r\nContent-Type: "
        + contentType + "\r\nTransfer-Encoding: chunked\r\n\r\n").getBytes(UTF_8));
    out.flush();
  }

  /** Waits while the service takes no more. */
  public void send(String text) throws IOException {
    var bytes = text.getBytes(UTF_8);
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(UTF_8));
    out.write(bytes);
    out.write("\r\n".getBytes(UTF_8));
    out.flush();
  }

  /** Ends the body. */
  public void end() throws IOException {
    out.write("0\r\n\r\n".getBytes(UTF_8));
    out.flush();
  }

  /** The status, once the answer has begun; to be asked for first. */
  public int status() throws IOException {
    int status = Integer.parseInt(protocolLine().split(" ")[1]);
    while (!protocolLine().isEmpty()) {
      // The headers are of no interest.
    }
    return status;
  }

  /** The next line of the answer as soon as it comes; null at the end. */
  public @Nullable String line() throws IOException {
    while (unread.indexOf("\n") < 0) {
      int size = Integer.parseInt(protocolLine(), 16);
      unread.append(new String(in.readNBytes(size), UTF_8));
      protocolLine();
      if (size == 0) {
        return null;
      }
    }
    int end = unread.indexOf("\n");
    var line = unread.substring(0, end);
    unread.delete(0, end + 1);
    return line;
  }

  private String protocolLine() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int it = in.read(); it != '\n'; it = in.read()) {
      if (it < 0) {
        throw new IOException("the connection has ended");
      }
      line.write(it);
    }
    return line.toString(UTF_8).strip();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
