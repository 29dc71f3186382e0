/** What the services would be told by the environment, and whether what it names is there. */
@NullMarked
package io.selfrag.standalone.config;

import org.jspecify.annotations.NullMarked;
