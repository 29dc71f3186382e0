package io.selfrag.catalog.index;

/**
 * An intent whose time has come.
 *
 * @param first true if nothing was deleted for it yet: it will be due a second time
 */
public record DuePurge(long id, Purge purge, boolean first) {}
