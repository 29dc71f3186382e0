package io.selfrag.query.systemconfig;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts secrets with AES-256 in GCM, under a key of their own each that is derived from {@code SECRET_KEY}, and bound to their
 * names: what was sealed as one secret does not open as another. Sealing and opening take a tenth of a second of a processor, so that
 * guessing the key takes long.
 */
final class SecretBox {
  private static final String FORMAT = "v1:";
  private static final int SALT_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY_BITS = 256;
  private static final int ROUNDS = 210_000;

  private final char @Nullable [] secretKey;
  private final RandomGenerator random;

  /**
   * @param secretKey null: nothing can be sealed or opened
   * @param random fit for secrets
   */
  SecretBox(@Nullable String secretKey, RandomGenerator random) {
    this.secretKey = secretKey == null ? null : secretKey.toCharArray();
    this.random = random;
  }

  boolean hasKey() {
    return secretKey != null;
  }

  /** The secret encrypted, as text. */
  String seal(String name, String secret) {
    var salt = randomBytes(SALT_BYTES);
    var nonce = randomBytes(NONCE_BYTES);
    try {
      var sealed = cipher(Cipher.ENCRYPT_MODE, name, salt, nonce).doFinal(secret.getBytes(StandardCharsets.UTF_8));
      return FORMAT + Base64.getEncoder().encodeToString(ByteBuffer.allocate(SALT_BYTES + NONCE_BYTES + sealed.length)
          .put(salt).put(nonce).put(sealed).array());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot encrypt", e);
    }
  }

  /**
   * The secret that was sealed under this name.
   *
   * @throws UnreadableSecretException if it was sealed with another key or under another name, or is no sealed secret
   */
  String open(String name, String sealed) throws UnreadableSecretException {
    if (secretKey == null) {
      throw new UnreadableSecretException("SECRET_KEY, with which it was encrypted, is not set", null);
    }
    try {
      var bytes = Base64.getDecoder().decode(sealed.startsWith(FORMAT) ? sealed.substring(FORMAT.length()) : "");
      var salt = Arrays.copyOf(bytes, SALT_BYTES);
      var nonce = Arrays.copyOfRange(bytes, SALT_BYTES, SALT_BYTES + NONCE_BYTES);
      var text = cipher(Cipher.DECRYPT_MODE, name, salt, nonce).doFinal(bytes, SALT_BYTES + NONCE_BYTES,
          bytes.length - SALT_BYTES - NONCE_BYTES);
      return new String(text, StandardCharsets.UTF_8);
    } catch (AEADBadTagException e) {
      throw new UnreadableSecretException("it was encrypted with another SECRET_KEY: store it again, or set that one",
          e);
    } catch (GeneralSecurityException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new UnreadableSecretException("what is stored is no encrypted secret: store it again", e);
    }
  }

  private Cipher cipher(int mode, String name, byte[] salt, byte[] nonce) throws GeneralSecurityException {
    if (secretKey == null) {
      throw new IllegalStateException("there is no SECRET_KEY");
    }
    var derived = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
        .generateSecret(new PBEKeySpec(secretKey, salt, ROUNDS, KEY_BITS)).getEncoded();
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(derived, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private byte[] randomBytes(int count) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
