/** Knowledge bases: their configuration, what it means for processing, their life. */
@NullMarked
package io.selfrag.query.knowledgebases;

import org.jspecify.annotations.NullMarked;
