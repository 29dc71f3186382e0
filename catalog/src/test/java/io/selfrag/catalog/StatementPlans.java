package io.selfrag.catalog;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks PostgreSQL for the plan of every statement on its way, with the values that are bound to it, before it runs. So what is
 * held is what the catalog really sends, and not a copy of it.
 */
final class StatementPlans {
  private static final Pattern PLANNED = Pattern.compile("^\\s*(select|insert|update|delete|with)\\b.*",
      Pattern.DOTALL);

  private final List<StatementPlan> plans = new CopyOnWriteArrayList<>();
  private final JsonMapper json = JsonMapper.shared();

  private record Bound(String method, Object[] arguments) {}

  /** What was sent since the last call. */
  List<StatementPlan> take() {
    var taken = List.copyOf(plans);
    plans.clear();
    return taken;
  }

  ConnectionFactory observing(ConnectionFactory factory) {
    return proxy(ConnectionFactory.class, factory, (method, arguments) -> method.getName().equals("create")
        ? Flux.from(factory.create()).map(this::observing).next()
        : call(method, factory, arguments));
  }

  private Connection observing(Connection connection) {
    return proxy(Connection.class, connection, (method, arguments) -> {
      Object made = call(method, connection, arguments);
      return made instanceof Statement statement && PLANNED.matcher((String) arguments[0]).matches()
          ? observing(connection, (String) arguments[0], statement)
          : made;
    });
  }

  private Statement observing(Connection connection, String sql, Statement statement) {
    var bound = new ArrayList<Bound>();
    var self = new Statement[1];
    self[0] = proxy(Statement.class, statement, (method, arguments) -> {
      if (method.getName().startsWith("bind")) {
        bound.add(new Bound(method.getName(), arguments.clone()));
      }
      if (method.getName().equals("execute")) {
        return Flux.from(explain(connection, sql, bound)).thenMany(Flux.from(statement.execute()));
      }
      Object answer = call(method, statement, arguments);
      return answer instanceof Statement ? self[0] : answer;
    });
    return self[0];
  }

  private Publisher<?> explain(Connection connection, String sql, List<Bound> bound) {
    var explain = connection.createStatement("explain (format json) " + sql);
    for (Bound it : bound) {
      switch (it.arguments[0]) {
        case Integer index when it.method.equals("bind") -> explain.bind(index, it.arguments[1]);
        case Integer index -> explain.bindNull(index, (Class<?>) it.arguments[1]);
        case String name when it.method.equals("bind") -> explain.bind(name, it.arguments[1]);
        default -> explain.bindNull((String) it.arguments[0], (Class<?>) it.arguments[1]);
      }
    }
    return Flux.<Result>from(explain.execute()).flatMap(it -> it.map(row -> row.get(0, String.class)))
        .doOnNext(it -> plans.add(new StatementPlan(sql, json.readTree(it).path(0).path("Plan"))));
  }

  private interface Handler {
    @Nullable
    Object handle(Method method, Object[] arguments) throws Throwable;
  }

  private static <T> T proxy(Class<T> type, T target, Handler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
        (_, method, arguments) -> method.getDeclaringClass() == Object.class
            ? call(method, target, arguments)
            : handler.handle(method, arguments)));
  }

  private static @Nullable Object call(Method method, Object target, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
