/**
 * Plain text, Markdown, AsciiDoc, reStructuredText, CSV, JSON and source code: decoded and outlined by code that is
 * small enough to be trusted inside the worker, without a parser library.
 */
@NullMarked
package io.selfrag.chunker.parse.text;

import org.jspecify.annotations.NullMarked;
