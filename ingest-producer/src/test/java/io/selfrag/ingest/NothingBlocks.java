package io.selfrag.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test during which an event loop was blocked. */
public final class NothingBlocks implements AfterEachCallback {
  @Override
  public void afterEach(ExtensionContext context) {
    assertThat(Service.blocked()).isEmpty();
  }
}
