package io.selfrag.embedding.cache;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.selfrag.embedding.ModelId;

/**
 * The key of a text's vector: model, kind and the text's SHA-256. A passage and a question of the same words have vectors
 * of their own, because models treat them differently. The text itself never reaches the cache.
 */
enum CacheKeys {
  PASSAGE("p"),
  /** Second kind: the first was of questions with their model's instruction alone. */
  QUERY("q2");

  /** Raise it when an adapter's vectors change although the model's name does not. */
  private static final String PREFIX = "selfrag:vector:1:";

  private final String kind;

  CacheKeys(String kind) {
    this.kind = kind;
  }

  String of(ModelId model, String text) {
    return PREFIX + model.key() + ":" + kind + ":" + HexFormat.of().formatHex(sha256(text));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
