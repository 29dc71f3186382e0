package io.selfrag.chunker.parse.process;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How parser processes run.
 *
 * @param processes how many; each parses one document at a time
 * @param heapMegabytes heap of each, 64 or more
 * @param documentsPerProcess after so many documents a process is replaced
 * @param inProcessBytes text formats up to this size are read in the calling thread; 0 for never
 * @param java the launcher of the JDK
 * @param classPath what the processes load from; needs this module and the parser libraries
 * @param jvmOptions further options, such as {@code -XX:AOTCache=…}
 * @param directory parent of the processes' temporary folders
 */
public record ProcessParserSettings(int processes, int heapMegabytes, int documentsPerProcess, int inProcessBytes,
    Path java,
    String classPath, List<String> jvmOptions, Path directory) {

  public ProcessParserSettings {
    jvmOptions = List.copyOf(jvmOptions);
    directory = directory.toAbsolutePath();
    // processes run in folders of their own, from where a relative entry leads nowhere
    classPath = Arrays.stream(classPath.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
    if (processes < 1 || heapMegabytes < 64 || documentsPerProcess < 1 || inProcessBytes < 0) {
      throw new IllegalArgumentException(
          "parser processes need a count, 64 MB of heap or more and a life of documents");
    }
  }

  /** So many processes of this JVM's own JDK and class path, 384 MB of heap each. */
  public static ProcessParserSettings of(int processes) {
    return new ProcessParserSettings(processes, 384, 200, 1 << 20,
        Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("java.class.path"), List.of(),
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  public ProcessParserSettings withHeapMegabytes(int megabytes) {
    return new ProcessParserSettings(processes, megabytes, documentsPerProcess, inProcessBytes, java, classPath,
        jvmOptions,
        directory);
  }

  public ProcessParserSettings withDocumentsPerProcess(int documents) {
    return new ProcessParserSettings(processes, heapMegabytes, documents, inProcessBytes, java, classPath, jvmOptions,
        directory);
  }

  public ProcessParserSettings withInProcessBytes(int bytes) {
    return new ProcessParserSettings(processes, heapMegabytes, documentsPerProcess, bytes, java, classPath, jvmOptions,
        directory);
  }

  public ProcessParserSettings withDirectory(Path newDirectory) {
    return new ProcessParserSettings(processes, heapMegabytes, documentsPerProcess, inProcessBytes, java, classPath,
        jvmOptions,
        newDirectory);
  }

  public ProcessParserSettings withJvmOptions(List<String> options) {
    return new ProcessParserSettings(processes, heapMegabytes, documentsPerProcess, inProcessBytes, java, classPath,
        options,
        directory);
  }
}
