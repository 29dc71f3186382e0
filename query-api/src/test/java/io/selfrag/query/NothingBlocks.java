package io.selfrag.query;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a class of tests in whose time something blocked an event loop. */
public final class NothingBlocks implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext context) {
    var blocked = java.util.List.copyOf(QueryService.BLOCKED);
    QueryService.BLOCKED.clear();
    assertThat(blocked).isEmpty();
  }
}
