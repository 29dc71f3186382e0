package io.selfrag.standalone.ingest;

import io.selfrag.servers.FileProblem;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The files below a folder, or the one file. A link to a file counts as that file; a link to a folder is left out, for it may
 * lead in circles; so are names that begin with a dot.
 */
final class FolderScan {
  private final Path root;
  private final List<Path> files = new ArrayList<>();
  private final List<Refusal> unreadable = new ArrayList<>();
  private int hidden;
  private int linkedFolders;
  private int brokenLinks;
  private int special;

  private FolderScan(Path root) {
    this.root = root;
  }

  /** @throws IOException if there is no such file or folder, or it cannot be listed */
  static FolderScan of(Path path) throws IOException {
    var scan = new FolderScan(path);
    if (Files.isDirectory(path)) {
      Files.walkFileTree(path.toRealPath(), scan.visitor(path.toRealPath()));
    } else {
      path.getFileSystem().provider().checkAccess(path);
      if (!Files.isRegularFile(path)) {
        throw new IOException("it is neither a file nor a folder");
      }
      scan.files.add(path);
    }
    Collections.sort(scan.files);
    return scan;
  }

  private SimpleFileVisitor<Path> visitor(Path real) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        if (!folder.equals(real) && isHidden(folder)) {
          hidden++;
          return FileVisitResult.SKIP_SUBTREE;
        }
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        found(file, root.resolve(real.relativize(file)), attributes);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFileFailed(Path file, IOException failure) {
        unreadable.add(new Refusal(root.resolve(real.relativize(file)), FileProblem.of(failure)));
        return FileVisitResult.CONTINUE;
      }
    };
  }

  private void found(Path file, Path shown, BasicFileAttributes attributes) {
    if (isHidden(file)) {
      hidden++;
    } else if (Files.isRegularFile(file)) {
      files.add(shown);
    } else if (attributes.isSymbolicLink() && Files.isDirectory(file)) {
      linkedFolders++;
    } else if (attributes.isSymbolicLink() && !Files.exists(file)) {
      brokenLinks++;
    } else {
      special++;
    }
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  /** What is to be sent, in order. */
  List<Path> files() {
    return files;
  }

  /** Folders that could not be listed. */
  List<Refusal> unreadable() {
    return unreadable;
  }

  /** The name under which a file is known however often it is sent, and from whichever machine: its path below the folder. */
  String externalId(Path file) {
    var relative = Files.isDirectory(root) ? root.relativize(file) : file.getFileName();
    var joined = StreamSupport.stream(relative.spliterator(), false).map(Path::toString)
        .collect(Collectors.joining("/"));
    return Normalizer.normalize(joined, Normalizer.Form.NFC); // macOS keeps accents apart from their letters
  }

  /** What was left out on purpose, as a sentence; empty if nothing was. */
  String leftOut() {
    var parts = new ArrayList<String>();
    add(parts, hidden, "name that begins with a dot", "names that begin with a dot");
    add(parts, linkedFolders, "link to a folder", "links to folders");
    add(parts, brokenLinks, "link that leads nowhere", "links that lead nowhere");
    add(parts, special, "thing that is no file", "things that are no files");
    return parts.isEmpty() ? "" : "Left out: " + String.join(", ", parts) + ".";
  }

  private static void add(List<String> parts, int count, String one, String several) {
    if (count > 0) {
      parts.add(count + " " + (count == 1 ? one : several));
    }
  }
}
