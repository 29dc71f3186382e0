package io.selfrag.vectorstore;

/**
 * A collection of points of one embedding model; vectors of two models never share one.
 *
 * @param name {@code [a-z0-9_-]{1,200}}, chosen by the caller (shared per model, or per tenant and model)
 * @param dimension components of each dense vector
 */
public record CollectionSpec(String name, int dimension) {
  public CollectionSpec {
    if (!name.matches("[a-z0-9_-]{1,200}") || dimension < 1) {
      throw new IllegalArgumentException("bad collection " + name + "/" + dimension);
    }
  }
}
