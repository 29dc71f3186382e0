/**
 * What the environment decides, as small immutable records that refuse bad values in one sentence.
 */
@NullMarked
package io.selfrag.service.config;

import org.jspecify.annotations.NullMarked;
