/** The routes of knowledge bases. */
@NullMarked
package io.selfrag.query.knowledgebases.http;

import org.jspecify.annotations.NullMarked;
