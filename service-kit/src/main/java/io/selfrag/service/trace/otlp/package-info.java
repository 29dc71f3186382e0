/**
 * Spans by OpenTelemetry, sent with OTLP over HTTP. The only place that knows the vendor's types, and none of them is loaded where
 * nothing is to be sent.
 */
@NullMarked
package io.selfrag.service.trace.otlp;

import org.jspecify.annotations.NullMarked;
