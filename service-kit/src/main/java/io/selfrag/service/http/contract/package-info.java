/** The HTTP contract as OpenAPI 3.1: read from {@code openapi/*.yaml}, served by both HTTP services, and held against answers in tests. */
@NullMarked
package io.selfrag.service.http.contract;

import org.jspecify.annotations.NullMarked;
