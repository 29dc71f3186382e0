package io.selfrag.catalog.ledger;

import org.jspecify.annotations.Nullable;

/**
 * What a document has come to, free of everything that differs between two runs over the same input.
 *
 * @param errorCode absent unless it failed
 * @param chunks live ones
 * @param digest of the live chunks' places, texts and vectors, in their order; absent without any
 */
public record DocumentDigest(String externalId, String status, @Nullable String errorCode, long chunks,
    @Nullable String digest) {}
