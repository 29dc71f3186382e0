package io.selfrag.schemas;

import io.selfrag.schemas.avro.Acl;
import io.selfrag.schemas.avro.Attributes;
import io.selfrag.schemas.avro.ModelRef;
import io.selfrag.schemas.avro.ProcessingSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Short digests that say whether two things are the same for S6. They are kept in state stores and baselines, so the way
 * they are made never changes: another way would make every document look changed.
 */
public final class Fingerprints {
  private static final int BYTES = 16;

  private Fingerprints() {}

  /** Of all that decides a generation's chunks and vectors. */
  public static String of(ProcessingSpec spec) {
    var digest = sha256();
    add(digest, spec.getChunker());
    add(digest, spec.getChunkerParams());
    add(digest, spec.getLanguage());
    for (ModelRef model : spec.getModels()) {
      add(digest, model.getLanguage());
      add(digest, model.getProvider());
      add(digest, model.getModel());
      add(digest, String.valueOf(model.getDimension()));
    }
    return shorten(digest);
  }

  /** Of title, metadata, source and ACL; the order of names in the ACL does not matter. */
  public static String of(Attributes attributes) {
    var digest = sha256();
    add(digest, attributes.getTitle());
    add(digest, attributes.getMetadata());
    add(digest, attributes.getSource());
    Acl acl = attributes.getAcl();
    add(digest, acl.getSensitivity().name());
    addSorted(digest, acl.getUsers());
    addSorted(digest, acl.getRoles());
    addSorted(digest, acl.getGroups());
    return shorten(digest);
  }

  /** SHA-256 of original bytes. */
  public static byte[] sha256(ByteBuffer content) {
    var digest = sha256();
    digest.update(content.duplicate());
    return digest.digest();
  }

  private static void addSorted(MessageDigest digest, List<String> names) {
    add(digest, String.valueOf(names.size()));
    names.stream().sorted().forEach(name -> add(digest, name));
  }

  private static void add(MessageDigest digest, @Nullable String text) {
    // Length first, so that no two lists of texts run into the same bytes.
    byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(text == null ? -1 : bytes.length).flip());
    digest.update(bytes);
  }

  private static String shorten(MessageDigest digest) {
    return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), BYTES));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
