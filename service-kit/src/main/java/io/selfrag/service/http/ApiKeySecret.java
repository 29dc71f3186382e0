package io.selfrag.service.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The text of an API key: {@code kb_sk_} and 43 URL-safe base64 characters of 32 random bytes. */
public record ApiKeySecret(String text) {
  private static final Pattern FORM = Pattern.compile("kb_sk_[A-Za-z0-9_-]{43}");
  private static final int SHOWN = "kb_sk_".length() + 4;

  public ApiKeySecret {
    if (!isOne(text)) {
      throw new IllegalArgumentException("not an API key");
    }
  }

  /** Whether the text has a key's form. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  /** A new one; the generator must be fit for secrets. */
  public static ApiKeySecret random(RandomGenerator random) {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return new ApiKeySecret("kb_sk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** What is stored instead of it. */
  public byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its beginning, by which a person tells keys apart. */
  public String prefix() {
    return text.substring(0, SHOWN);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return prefix() + "…";
  }
}
