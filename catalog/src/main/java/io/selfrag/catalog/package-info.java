/**
 * What exists, and the one place with SQL: the pooled database, its migrations, and one package for each group of tables
 * that change together. Repositories return publishers and join the transaction that surrounds them; workers block on
 * them on threads of their own.
 */
@NullMarked
package io.selfrag.catalog;

import org.jspecify.annotations.NullMarked;
