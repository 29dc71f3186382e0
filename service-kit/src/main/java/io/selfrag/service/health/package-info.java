/**
 * How a service says what works, what is degraded and what is down.
 */
@NullMarked
package io.selfrag.service.health;

import org.jspecify.annotations.NullMarked;
