/**
 * Where each tenant's points are: the strategy that says where they should be, the route by which they are written and read, and
 * the migration from one place to the other (S26). Who moves them is the sink; here are the rows that all agree by.
 */
@NullMarked
package io.selfrag.catalog.isolation;

import org.jspecify.annotations.NullMarked;
