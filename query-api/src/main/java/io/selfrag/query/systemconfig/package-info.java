/** What operators decide while the system runs: which models answer and rerank. In force on all replicas within a second. */
@NullMarked
package io.selfrag.query.systemconfig;

import org.jspecify.annotations.NullMarked;
