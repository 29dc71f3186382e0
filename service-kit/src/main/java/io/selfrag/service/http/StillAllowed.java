package io.selfrag.service.http;

import reactor.core.publisher.Mono;

/**
 * For routes that answer for a long time, as an argument: whether their caller may still call.
 *
 * @param check completes, or fails as the request would if it came now
 */
public record StillAllowed(Mono<Void> check) {}
