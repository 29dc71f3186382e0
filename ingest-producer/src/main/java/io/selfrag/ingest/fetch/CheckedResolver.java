package io.selfrag.ingest.fetch;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import reactor.core.scheduler.Scheduler;

/**
 * Resolves names and gives only addresses that the policy allows. The connection is made to exactly what was checked, so a name
 * that changes its answer in between gains nothing.
 */
final class CheckedResolver extends AddressResolverGroup<InetSocketAddress> {
  private final AddressPolicy policy;
  private final Names names;
  private final Scheduler blocking;

  CheckedResolver(AddressPolicy policy, Names names, Scheduler blocking) {
    this.policy = policy;
    this.names = names;
    this.blocking = blocking;
  }

  /** Who knows which addresses a name has; may block. */
  interface Names {
    InetAddress[] addressesOf(String name) throws UnknownHostException;
  }

  @Override
  protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
    return new InetNameResolver(executor) {
      @Override
      protected void doResolve(String name, Promise<InetAddress> promise) {
        blocking.schedule(() -> answer(promise, () -> allowed(name).getFirst()));
      }

      @Override
      protected void doResolveAll(String name, Promise<List<InetAddress>> promise) {
        blocking.schedule(() -> answer(promise, () -> allowed(name)));
      }
    }.asAddressResolver();
  }

  private interface LookUp<T> {
    T get() throws UnknownHostException;
  }

  private static <T> void answer(Promise<T> promise, LookUp<T> lookUp) {
    try {
      promise.trySuccess(lookUp.get());
    } catch (UnknownHostException | ForbiddenAddressException e) {
      promise.tryFailure(e);
    }
  }

  /** One forbidden address among several is enough to refuse: an honest name has none. */
  private List<InetAddress> allowed(String name) throws UnknownHostException {
    var all = List.of(names.addressesOf(name));
    if (!all.stream().allMatch(policy::allows)) {
      throw new ForbiddenAddressException();
    }
    return all;
  }

  /** The name leads to somewhere that is not public. */
  static final class ForbiddenAddressException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
