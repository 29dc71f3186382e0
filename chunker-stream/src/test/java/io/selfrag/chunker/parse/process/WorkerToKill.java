package io.selfrag.chunker.parse.process;

import java.nio.file.Path;
import java.util.stream.IntStream;

import io.selfrag.chunker.parse.Fixtures;
import io.selfrag.chunker.parse.ParseRequest;

/** A worker in a JVM of its own: names its parser process, then parses long documents until it is killed. */
final class WorkerToKill {
  private WorkerToKill() {}

  public static void main(String[] arguments) {
    var settings = ProcessParserSettings.of(1).withDirectory(Path.of(arguments[0]));
    try (var parser = new ProcessDocumentParser(settings)) {
      parser.parse(ParseRequest.ofBytes(Fixtures.utf8("<html><p>warm"), "a.html", null));
      String[] pages = IntStream.range(0, 2000).mapToObj(i -> "page " + i).toArray(String[]::new);
      var request = ParseRequest.ofBytes(Fixtures.pdf(pages), "long.pdf", null);
      System.out.println("pid " + parser.processIds().getFirst());
      while (!Thread.currentThread().isInterrupted()) {
        parser.parse(request);
      }
    }
  }
}
