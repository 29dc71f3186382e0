package io.selfrag.query;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import io.selfrag.vectorstore.VectorStore;
import io.selfrag.vectorstore.lucene.LuceneVectorStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A real store that a test takes away, or that it makes hang. */
final class SwitchableStore {
  private final VectorStore store;
  private volatile boolean away;
  private volatile CountDownLatch hanging = new CountDownLatch(0);

  SwitchableStore(Path folder) {
    var real = LuceneVectorStore.open(folder);
    store = (VectorStore) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[]{VectorStore.class},
        (_, method, arguments) -> {
          if (!method.getName().equals("close")) {
            hanging.await();
            if (away) {
              throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "the store is away");
            }
          }
          try {
            return method.invoke(real, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  VectorStore store() {
    return store;
  }

  void away(boolean it) {
    away = it;
  }

  /** Until the returned latch is counted down. */
  CountDownLatch hang() {
    hanging = new CountDownLatch(1);
    return hanging;
  }
}
