/** What PostgreSQL says about itself, for who looks after it. */
@NullMarked
package io.selfrag.catalog.examine;

import org.jspecify.annotations.NullMarked;
