package io.selfrag.chunker.parse.process;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.SynchronousQueue;

import io.selfrag.chunker.parse.ParseRequest;
import io.selfrag.chunker.parse.ParsedDocument;
import io.selfrag.chunker.parse.tika.TikaDocumentParser;
import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/**
 * A parser process: answers requests from standard input until that ends. The input is read by a thread of its own, so
 * that the process ends with its parent even in the middle of a document.
 */
public final class ParserMain {
  private final SynchronousQueue<ParseRequest> requests = new SynchronousQueue<>();
  private final TikaDocumentParser parser = new TikaDocumentParser();
  private final DataOutputStream answers;

  private ParserMain(DataOutputStream answers) {
    this.answers = answers;
  }

  /** Runs until the parent closes the pipe or dies. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var out = new DataOutputStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 64 << 10));
    System.setOut(new PrintStream(System.err, true));
    new ParserMain(out).run(new DataInputStream(new BufferedInputStream(System.in, 64 << 10)));
  }

  private void run(DataInputStream in) throws IOException, InterruptedException {
    Thread reader = new Thread(() -> readUntilParentIsGone(in), "requests");
    reader.setDaemon(true);
    reader.start();
    WarmUp.run(parser);
    answers.writeByte(ParserProtocol.READY);
    answers.flush();
    while (true) {
      answer(requests.take());
    }
  }

  private void readUntilParentIsGone(DataInputStream in) {
    int status = 0;
    try {
      while (true) {
        requests.put(ParserProtocol.readRequest(in));
      }
    } catch (IOException e) {
      // the pipe ended: the parent closed it or died
      status = 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      status = 1;
    } finally {
      leave(status);
    }
  }

  private static void leave(int status) {
    try {
      ParserFolder.removeOwn();
    } finally {
      Runtime.getRuntime().halt(status);
    }
  }

  private void answer(ParseRequest request) throws IOException {
    ParsedDocument document;
    try {
      document = parser.parse(request);
    } catch (SelfRagException e) {
      ParserProtocol.writeFailure(answers, e, isWorn());
      return;
    } catch (StackOverflowError e) {
      var tooDeep = new SelfRagException(ErrorCode.CORRUPT, "The document is nested too deeply.", e);
      ParserProtocol.writeFailure(answers, tooDeep, true);
      return;
    }
    ParserProtocol.writeDocument(answers, document, isWorn());
  }

  /** True if memory does not come back: libraries keep caches that grow with what they have seen. */
  private static boolean isWorn() {
    if (usedShare() < 0.6) {
      return false;
    }
    System.gc();
    return usedShare() > 0.4;
  }

  private static double usedShare() {
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) / (double) runtime.maxMemory();
  }
}
