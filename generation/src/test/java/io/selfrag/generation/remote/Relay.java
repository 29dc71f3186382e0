package io.selfrag.generation.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** The line to a server, which a test may cut, hold up or keep shut; so a server that behaves is met as if it did not. */
final class Relay implements AutoCloseable {
  private static final int BUFFER = 64;
  private static final int HTTP = 80;

  private final URI server;
  private final ServerSocket door;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Fate> fates = new ConcurrentLinkedQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger hungUp = new AtomicInteger();

  /** What becomes of a connection once this many bytes have come back on it. */
  private record Fate(boolean cut, int bytes) {}

  Relay(URI server) {
    this.server = server;
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.submit(this::accept);
  }

  /** The server's address by this line. */
  URI url() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort() + server.getPath());
  }

  /** The next connection is closed after this many bytes of its answer. */
  void cutAfter(int bytes) {
    fates.add(new Fate(true, bytes));
  }

  /** The next connection stays open and brings no more than this many bytes. */
  void holdAfter(int bytes) {
    fates.add(new Fate(false, bytes));
  }

  /** Closes every connection that is open now. */
  void cut() {
    open.forEach(Relay::quietly);
  }

  /** Connections so far. */
  int calls() {
    return calls.get();
  }

  /** Connections that the client closed while the server had more to say; the server's side was closed then. */
  int hungUp() {
    return hungUp.get();
  }

  @Override
  public void close() {
    released.countDown();
    quietly(door);
    cut();
    threads.close();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        var client = door.accept();
        calls.incrementAndGet();
        var fate = fates.poll();
        threads.submit(() -> carry(client, fate == null ? new Fate(true, Integer.MAX_VALUE) : fate));
      } catch (IOException _) {
        return; // the line is closed
      }
    }
  }

  private void carry(Socket client, Fate fate) {
    open.add(client);
    if (fate.bytes() == 0) {
      quietly(client);
      return;
    }
    try (client;
        var upstream = new Socket(server.getHost(), server.getPort() < 0 ? HTTP : server.getPort())) {
      open.add(upstream);
      threads.submit(() -> forward(client, upstream));
      back(upstream, client, fate);
    } catch (IOException _) {
      // One of the two is gone, and so the other has been left.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(client);
    }
  }

  private void forward(Socket client, Socket upstream) {
    try {
      client.getInputStream().transferTo(upstream.getOutputStream());
    } catch (IOException _) {
      // Whoever closes a connection with bytes unread resets it, and has hung up all the same.
    } finally {
      if (!upstream.isClosed() && !client.isClosed() && released.getCount() > 0) {
        hungUp.incrementAndGet();
      }
      quietly(upstream);
    }
  }

  private void back(Socket upstream, Socket client, Fate fate) throws IOException, InterruptedException {
    InputStream in = upstream.getInputStream();
    OutputStream out = client.getOutputStream();
    var buffer = new byte[BUFFER];
    for (int seen = 0; seen < fate.bytes();) {
      int read = in.read(buffer, 0, Math.min(BUFFER, fate.bytes() - seen));
      if (read < 0) {
        return;
      }
      out.write(buffer, 0, read);
      out.flush();
      seen += read;
    }
    if (!fate.cut()) {
      released.await();
    }
  }

  private static void quietly(AutoCloseable it) {
    try {
      it.close();
    } catch (Exception _) {
      // It is closed already, which was wanted.
    }
  }
}
