/** The routes of tenants and API keys. */
@NullMarked
package io.selfrag.query.tenants.http;

import org.jspecify.annotations.NullMarked;
