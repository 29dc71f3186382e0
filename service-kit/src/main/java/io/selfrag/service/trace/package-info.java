/**
 * One request's identity on its way through HTTP, Kafka headers and logs.
 */
@NullMarked
package io.selfrag.service.trace;

import org.jspecify.annotations.NullMarked;
