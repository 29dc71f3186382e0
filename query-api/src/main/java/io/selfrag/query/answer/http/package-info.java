/** The routes of answers, OpenAI's among them, and their bodies. */
@NullMarked
package io.selfrag.query.answer.http;

import org.jspecify.annotations.NullMarked;
