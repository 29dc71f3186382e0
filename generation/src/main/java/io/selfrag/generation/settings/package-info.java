/**
 * Which chat model a deployment has, and the one place that makes it.
 */
@NullMarked
package io.selfrag.generation.settings;

import org.jspecify.annotations.NullMarked;
