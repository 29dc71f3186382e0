package io.selfrag.service.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/** The text of an operator's token: {@code kb_admin_} and 43 URL-safe base64 characters of 32 random bytes. */
public record AdminSecret(String text) {
  private static final String PREFIX = "kb_admin_";
  private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
  private static final int SHOWN = PREFIX.length() + 4;

  public AdminSecret {
    if (!isOne(text)) {
      throw new IllegalArgumentException("not an operator's token");
    }
  }

  /** Whether the text has a token's form. */
  static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }

  /** A new one; the generator must be fit for secrets. */
  public static AdminSecret random(RandomGenerator random) {
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return new AdminSecret(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /** What is stored instead of it. */
  public byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its beginning, by which a person tells tokens apart. */
  public String prefix() {
    return text.substring(0, SHOWN);
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return prefix() + "…";
  }
}
