/** The route of the audit log. */
@NullMarked
package io.selfrag.query.audit.http;

import org.jspecify.annotations.NullMarked;
