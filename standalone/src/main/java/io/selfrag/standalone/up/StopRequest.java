package io.selfrag.standalone.up;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits for the signals that ask a process to end: Ctrl-C, a service manager, a closed terminal. The first is left to
 * {@link #await}, for an orderly stop; a second ends the process at once, and what it leaves behind is put in order by the next
 * start, as after a crash.
 *
 * <p>Not a shutdown hook: hooks run while the JVM takes itself apart, all at the same time.
 */
final class StopRequest {
  private static final int BY_SIGNAL = 128;
  private static final String[] SIGNALS = {"INT", "TERM", "HUP"};

  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicBoolean made = new AtomicBoolean();
  private final Runnable onFirst;
  private volatile int exitCode;

  private StopRequest(Runnable onFirst) {
    this.onFirst = onFirst;
  }

  /** Listens from now on, for the life of the process, and says so at once when the first signal comes. */
  static StopRequest listen(Runnable onFirst) {
    var request = new StopRequest(onFirst);
    for (String signal : SIGNALS) {
      request.listenTo(signal);
    }
    return request;
  }

  /** From now on a signal ends the process, as if nobody had ever listened. */
  void listenNoMore() {
    for (String signal : SIGNALS) {
      handle(signal, handlers -> handlers.getField("SIG_DFL").get(null));
    }
  }

  private void listenTo(String name) {
    InvocationHandler handler = (proxy, method, arguments) -> {
      if (method.getName().equals("handle")) {
        received((int) arguments[0].getClass().getMethod("getNumber").invoke(arguments[0]));
        return null;
      }
      return method.invoke(this, arguments); // what every object has
    };
    handle(name, type -> Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, handler));
  }

  /** Makes a handler of a type. */
  private interface HandlerOf {
    Object make(Class<?> type) throws ReflectiveOperationException;
  }

  // By reflection, because javac warns of the package, and warnings stop the build.
  private static void handle(String name, HandlerOf handler) {
    try {
      Class<?> signals = Class.forName("sun.misc.Signal");
      Class<?> handlers = Class.forName("sun.misc.SignalHandler");
      signals.getMethod("handle", signals, handlers).invoke(null,
          signals.getConstructor(String.class).newInstance(name), handler.make(handlers));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the signal " + name + " cannot be handled", e);
    }
  }

  private void received(int signal) {
    if (!made.compareAndSet(false, true)) {
      Runtime.getRuntime().halt(BY_SIGNAL + signal);
    }
    exitCode = BY_SIGNAL + signal;
    onFirst.run();
    asked.countDown();
  }

  boolean isMade() {
    return made.get();
  }

  void await() throws InterruptedException {
    asked.await();
  }

  /** As shells count them: 128 and the number of the signal. */
  int exitCode() {
    return exitCode;
  }
}
