package io.selfrag.bench.system;

import io.selfrag.servers.BrokerDoor;
import io.selfrag.servers.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** The network between clients and the broker: bytes go through it late, or not at all. */
final class BrokerLink implements AutoCloseable {
  private static final int PIECE = 64 * 1024;
  private static final int PIECES = 256;
  private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(20).toNanos();

  private final ServerSocket in;
  private final BrokerDoor door;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile long delayNanos;
  private volatile boolean silent;

  /** @param due when it may come out, by the clock of nanoseconds; the end of the stream has no bytes */
  private record Piece(long due, byte[] bytes) {}

  BrokerLink() {
    try {
      in = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    door = new BrokerDoor(FreePorts.any(), in.getLocalPort());
    Thread.ofVirtual().start(this::accept);
  }

  BrokerDoor door() {
    return door;
  }

  String address() {
    return "127.0.0.1:" + door.shown();
  }

  /** Bytes take so long each way. */
  void delay(Duration eachWay) {
    delayNanos = eachWay.toNanos();
  }

  /** Nothing comes through any more, and nobody is told: as behind a switch that was turned off. */
  void cut() {
    silent = true;
  }

  /** All connections are reset; new ones work. */
  void reset() {
    open.forEach(BrokerLink::shut);
  }

  /** Ends {@link #cut()} and {@link #delay}. */
  void mend() {
    delayNanos = 0;
    silent = false;
  }

  private void accept() {
    while (!in.isClosed()) {
      try {
        var client = in.accept();
        var broker = new Socket();
        open.add(client);
        open.add(broker);
        Thread.ofVirtual().start(() -> connect(client, broker));
      } catch (IOException e) {
        if (!in.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void connect(Socket client, Socket broker) {
    try {
      broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.port()));
      client.setTcpNoDelay(true);
      broker.setTcpNoDelay(true);
    } catch (IOException e) { // the broker is away, which the client is to see
      end(client, broker);
      return;
    }
    pass(client, broker);
    pass(broker, client);
  }

  private void pass(Socket from, Socket to) {
    var way = new ArrayBlockingQueue<Piece>(PIECES);
    Thread.ofVirtual().start(() -> read(from, way));
    Thread.ofVirtual().start(() -> write(way, from, to));
  }

  private void read(Socket from, BlockingQueue<Piece> way) {
    var buffer = new byte[PIECE];
    try {
      try {
        for (int count = from.getInputStream().read(buffer); count >= 0; count = from.getInputStream().read(buffer)) {
          way.put(new Piece(System.nanoTime() + delayNanos, Arrays.copyOf(buffer, count)));
        }
      } catch (IOException e) {
        // closed under us, by a reset or by the other side: the end is passed on
      }
      way.put(new Piece(System.nanoTime(), new byte[0]));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(BlockingQueue<Piece> way, Socket from, Socket to) {
    try {
      for (var piece = way.take(); piece.bytes.length > 0; piece = way.take()) {
        LockSupport.parkNanos(piece.due - System.nanoTime());
        while (silent && !to.isClosed()) {
          LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
        to.getOutputStream().write(piece.bytes);
      }
    } catch (IOException e) {
      // the other side has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    end(from, to);
  }

  private void end(Socket one, Socket other) {
    open.remove(one);
    open.remove(other);
    shut(one);
    shut(other);
  }

  private static void shut(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    silent = false;
    reset();
  }
}
