/** The way of audit records from requests to the database, which no request waits for. */
@NullMarked
package io.selfrag.service.audit;

import org.jspecify.annotations.NullMarked;
