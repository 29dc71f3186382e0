package io.selfrag.service.http;

import io.selfrag.service.config.SecretKeySettings;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what replicas keep in Redis for each other, under a key that is derived from {@code SECRET_KEY}: whoever can write to Redis
 * can make no key of it, change none, and use an old one no longer than replicas would. Safe for concurrent callers.
 */
final class CredentialSeal {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BITS = 256;
  /** Derived once at the start; slow, because whoever reads Redis could try words. */
  private static final int ROUNDS = 210_000;
  private static final byte[] SALT = "selfrag shared credentials".getBytes(StandardCharsets.US_ASCII);

  private final SecretKeySpec key;

  private CredentialSeal(SecretKeySpec key) {
    this.key = key;
  }

  /** Empty without a {@code SECRET_KEY}. */
  static Optional<CredentialSeal> of(SecretKeySettings settings) {
    return Optional.ofNullable(settings.key()).map(text -> {
      try {
        var derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
            .generateSecret(new PBEKeySpec(text.toCharArray(), SALT, ROUNDS, KEY_BITS)).getEncoded();
        return new CredentialSeal(new SecretKeySpec(derived, ALGORITHM));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("this JVM cannot derive keys", e);
      }
    });
  }

  /**
   * The signature of a value.
   *
   * @param hash of the secret that it is kept under
   * @param changes how many changes had been announced
   * @param readAt when the database was asked for it
   */
  String sign(byte[] hash, String changes, Instant readAt, String value) {
    return HexFormat.of().formatHex(code(hash, changes, readAt, value));
  }

  /** Whether a value was signed by a replica with the same {@code SECRET_KEY}, for this place and time. */
  boolean isOurs(String signature, byte[] hash, String changes, Instant readAt, String value) {
    return MessageDigest.isEqual(
        HexFormat.of().formatHex(code(hash, changes, readAt, value)).getBytes(StandardCharsets.US_ASCII),
        signature.getBytes(StandardCharsets.US_ASCII));
  }

  private byte[] code(byte[] hash, String changes, Instant readAt, String value) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // Each part with its length, so that no two of them read as others.
      for (byte[] part : new byte[][]{hash, changes.getBytes(StandardCharsets.UTF_8),
          ByteBuffer.allocate(Long.BYTES).putLong(readAt.toEpochMilli()).array(),
          value.getBytes(StandardCharsets.UTF_8)}) {
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).flip());
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot sign", e);
    }
  }
}
