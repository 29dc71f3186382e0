/** The whole system in a process of its own, which can be killed, frozen and robbed of its servers. */
@NullMarked
package io.selfrag.bench.system;

import org.jspecify.annotations.NullMarked;
