/** Tenants and their API keys: what an operator and a tenant's administrator change. */
@NullMarked
package io.selfrag.query.tenants;

import org.jspecify.annotations.NullMarked;
