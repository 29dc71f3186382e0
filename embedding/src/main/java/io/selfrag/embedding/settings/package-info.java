/** Which models a deployment has, and the one place that makes them. */
@NullMarked
package io.selfrag.embedding.settings;

import org.jspecify.annotations.NullMarked;
