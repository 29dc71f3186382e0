/** What was asked and answered in turns, kept for who asked. */
@NullMarked
package io.selfrag.catalog.conversation;

import org.jspecify.annotations.NullMarked;
