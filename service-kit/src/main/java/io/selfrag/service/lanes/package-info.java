/**
 * How a stage serves its two lanes: interactive work first, and a share for bulk work so that nobody starves (S20).
 */
@NullMarked
package io.selfrag.service.lanes;

import org.jspecify.annotations.NullMarked;
