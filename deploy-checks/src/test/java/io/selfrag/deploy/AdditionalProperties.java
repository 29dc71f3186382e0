package io.selfrag.deploy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks through a Kubernetes model for fields that it took in without knowing them. */
final class AdditionalProperties {
  private AdditionalProperties() {}

  /** Collects their names, each with its type. */
  static Set<String> of(@Nullable Object value, Set<String> found) {
    switch (value) {
      case null -> {
      }
      case Collection<?> list -> list.forEach(it -> of(it, found));
      case Map<?, ?> map -> map.values().forEach(it -> of(it, found));
      default -> {
        if (value.getClass().getName().startsWith("io.fabric8.kubernetes.api.model")) {
          ofModel(value, found);
        }
      }
    }
    return found;
  }

  private static void ofModel(Object model, Set<String> found) {
    for (Method method : model.getClass().getMethods()) {
      boolean getter = method.getName().startsWith("get") && method.getParameterCount() == 0
          && !method.getName().equals("getClass");
      if (getter && method.getDeclaringClass() != Object.class) {
        Object value = call(model, method);
        if (method.getName().equals("getAdditionalProperties")) {
          ((Map<?, ?>) value).keySet().forEach(it -> found.add(model.getClass().getSimpleName() + "." + it));
        } else {
          of(value, found);
        }
      }
    }
  }

  private static Object call(Object model, Method method) {
    try {
      return method.invoke(model);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException(method.toString(), e);
    }
  }
}
