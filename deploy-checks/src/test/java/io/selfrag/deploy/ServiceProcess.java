package io.selfrag.deploy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What an image holds, laid out in a folder as the Dockerfile does it, and run by the image's own script. */
final class ServiceProcess implements AutoCloseable {
  private static final List<String> SCRIPTS = List.of("run", "healthy", "train", "java.options", "jvm.flags");
  private static final long STOP_SECONDS = 40;

  private final Path image;
  private final Process process;
  private final Path log;

  private ServiceProcess(Path image, Process process, Path log) {
    this.image = image;
    this.process = process;
    this.log = log;
  }

  /** Takes a service's jar apart. */
  static Path image(String module, Path folder) throws IOException, InterruptedException {
    var jar = Repository.path(module).resolve("target").resolve(module + "-exec.jar");
    var image = folder.resolve(module);
    var extraction = new ProcessBuilder(java(), "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination",
        image.toString()).redirectErrorStream(true).redirectOutput(folder.resolve(module + "-extract.log").toFile())
        .start();
    if (extraction.waitFor() != 0) {
      throw new IllegalStateException("not extracted: " + jar + "; built with -Pimages?");
    }
    for (String script : SCRIPTS) {
      Files.copy(Repository.path("deploy/image/" + script), image.resolve(script), StandardCopyOption.COPY_ATTRIBUTES);
    }
    return image;
  }

  /** Starts the image with an environment that is this one and nothing else. */
  static ServiceProcess start(Path image, Map<String, String> environment, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(image.resolve("run").toString()));
    command.addAll(List.of(arguments));
    var log = image.resolveSibling(image.getFileName() + ".log");
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.environment().put("PATH", Path.of(java()).getParent() + File.pathSeparator + System.getenv("PATH"));
    return new ServiceProcess(image, builder.start(), log);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The image's own health check. */
  boolean isHealthy(int port) {
    if (!process.isAlive()) {
      throw new IllegalStateException(image.getFileName() + " has ended:\n" + said());
    }
    try {
      return new ProcessBuilder(image.resolve("healthy").toString(), String.valueOf(port))
          .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  int await() throws InterruptedException {
    return process.waitFor();
  }

  void kill() {
    process.destroyForcibly();
  }

  String said() {
    return Repository.text(log);
  }

  /** As the engine stops it: SIGTERM, and only later the other one. Answers its exit code, or -1. */
  int stop() throws InterruptedException {
    process.destroy();
    if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      return process.exitValue();
    }
    close();
    return -1;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
