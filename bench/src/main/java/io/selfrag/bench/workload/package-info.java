/** A seeded stream of creates, updates, deletes and re-uploads, and queries that watch it. */
@NullMarked
package io.selfrag.bench.workload;

import org.jspecify.annotations.NullMarked;
