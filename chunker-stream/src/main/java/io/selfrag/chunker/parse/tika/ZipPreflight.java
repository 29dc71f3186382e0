package io.selfrag.chunker.parse.tika;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

import io.selfrag.chunker.parse.ParseLimits;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * Inflates a ZIP container once, counting real bytes, before a parser sees it: declared sizes can lie, and a parser that
 * inflates a bomb is out of memory before its own limits act.
 */
final class ZipPreflight {
  private static final int SMALL = 1 << 20;

  private ZipPreflight() {}

  static boolean looksLikeZip(byte[] head) {
    if (head.length < 4 || head[0] != 'P' || head[1] != 'K') {
      return false;
    }
    return (head[2] == 3 && head[3] == 4) || (head[2] == 5 && head[3] == 6);
  }

  /** Throws {@code ARCHIVE_LIMIT} for a container above the limits, {@code CORRUPT} for one that cannot be read to its end. */
  static void check(InputStream content, long size, ParseLimits limits) throws IOException {
    long inflated = 0;
    int entries = 0;
    var buffer = new byte[16 << 10];
    try (var zip = new ZipInputStream(content)) {
      while (zip.getNextEntry() != null) {
        if (++entries > limits.maxEntries()) {
          throw limit("has more than " + limits.maxEntries() + " entries");
        }
        for (int read = zip.read(buffer); read >= 0; read = zip.read(buffer)) {
          inflated += read;
          if (inflated > limits.maxInflatedBytes()) {
            throw limit("inflates to more than " + limits.maxInflatedBytes() + " bytes");
          }
          if (inflated > SMALL && inflated > size * limits.maxRatio()) {
            throw limit("inflates to more than " + limits.maxRatio() + " times its size");
          }
        }
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new SelfRagException(ErrorCode.CORRUPT, "The container is damaged or cut off.", e);
    }
    if (entries == 0) {
      throw new SelfRagException(ErrorCode.CORRUPT, "The container holds no readable entry.");
    }
  }

  private static SelfRagException limit(String what) {
    return new SelfRagException(ErrorCode.ARCHIVE_LIMIT, "The container " + what + ".");
  }
}
