/** Tenants, their keys, their knowledge bases and the generations of those: the control plane's tables. */
@NullMarked
package io.selfrag.catalog.tenant;

import org.jspecify.annotations.NullMarked;
