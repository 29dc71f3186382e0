package io.selfrag.servers;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Objects;

/** Says why a file or folder cannot be used; Java's own messages are often nothing but its path. */
public final class FileProblem {
  private FileProblem() {}

  /** The reason in a few words that end a sentence, without its full stop. */
  public static String of(IOException failure) {
    return switch (failure) {
      case AccessDeniedException _ -> "you have no permission";
      case NoSuchFileException _ -> "it does not exist";
      case FileAlreadyExistsException _,NotDirectoryException _ -> "there is a file where a folder is needed";
      case FileSystemException e when e.getReason() != null -> inWords(e.getReason());
      default -> inWords(Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName()));
    };
  }

  private static String inWords(String reason) {
    return switch (reason) {
      case "No space left on device" -> "the disk is full";
      case "Not a directory" -> "there is a file where a folder is needed";
      case "Read-only file system" -> "the file system is read-only";
      default -> reason;
    };
  }
}
