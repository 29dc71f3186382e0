package io.selfrag.vectorstore.copy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * One file of a copy.
 *
 * @param name inside the copy's folder
 * @param bytes its length
 * @param sha256 of its content, in hexadecimal digits
 */
public record CopiedFile(String name, long bytes, String sha256) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,250}");
  private static final int BUFFER = 1 << 16;

  /** @throws IllegalArgumentException for a name that leads out of the folder */
  public CopiedFile {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("no file of a copy is called " + name);
    }
  }

  /** What a file is that was just written: read again, since what is on the disk counts. */
  public static CopiedFile of(Path file) throws IOException {
    return new CopiedFile(String.valueOf(file.getFileName()), Files.size(file), sha256(file));
  }

  /** True if the folder has it as it was. */
  public boolean isWholeIn(Path folder) throws IOException {
    var file = folder.resolve(name);
    return Files.isRegularFile(file) && Files.size(file) == bytes && sha256(file).equals(sha256);
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      var buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
