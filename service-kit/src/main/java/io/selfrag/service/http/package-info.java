/**
 * What every HTTP service does alike: who calls, request ids, problem details, operations.
 */
@NullMarked
package io.selfrag.service.http;

import org.jspecify.annotations.NullMarked;
