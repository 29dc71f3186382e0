package io.selfrag.embedding.onnx;

import java.lang.reflect.Field;
import java.lang.reflect.Method;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import ai.onnxruntime.OrtEnvironment;

/**
 * ONNX Runtime's environment, kept alive until the process is gone.
 *
 * <p>Why: {@code OrtEnvironment} registers a JVM shutdown hook that frees the native environment, in parallel with every
 * other hook. A run in flight then reads freed memory and the JVM dies of SIGSEGV on a plain SIGTERM. The native
 * environment counts its references, so one reference of ours, taken through the private method that the library itself
 * uses, makes that hook harmless; the operating system takes the memory back.
 */
final class LastingEnvironment {
  private static final Logger log = LoggerFactory.getLogger(LastingEnvironment.class);
  private static final OrtEnvironment ENVIRONMENT = pinned();

  private LastingEnvironment() {}

  static OrtEnvironment get() {
    return ENVIRONMENT;
  }

  private static OrtEnvironment pinned() {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try {
      Class<?> runtime = Class.forName("ai.onnxruntime.OnnxRuntime");
      Field api = runtime.getDeclaredField("ortApiHandle");
      api.setAccessible(true);
      Method create = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
      create.setAccessible(true);
      create.invoke(null, api.getLong(null), 3, OrtEnvironment.DEFAULT_NAME); // 3: log errors and worse
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.atWarn().setCause(e)
          .log("ONNX Runtime's environment could not be kept alive: close embedders before the JVM exits");
    }
    return environment;
  }
}
