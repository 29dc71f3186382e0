package io.selfrag.chunker.parse.process;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.IntStream;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;

/** A fixed number of places for parser processes; whoever takes one has it alone until it is given back. */
final class ParserPool implements AutoCloseable {
  private final List<ParserPlace> places;
  private final BlockingQueue<ParserPlace> free;
  private final ScheduledThreadPoolExecutor timer;

  ParserPool(ProcessParserSettings settings) {
    timer = new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("parser-time-limit").factory());
    timer.setRemoveOnCancelPolicy(true);
    places = IntStream.range(0, settings.processes()).mapToObj(i -> new ParserPlace(settings, timer)).toList();
    free = new LinkedBlockingQueue<>(places);
  }

  /** Waits for a free place. */
  ParserPlace take() {
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SelfRagException(ErrorCode.PIPELINE_SATURATED, "Interrupted while waiting for a parser.", e);
    }
  }

  void giveBack(ParserPlace place) {
    free.add(place);
  }

  List<Long> processIds() {
    return places.stream().map(ParserPlace::processId).filter(id -> id >= 0).toList();
  }

  @Override
  public void close() {
    places.forEach(ParserPlace::close);
    timer.shutdown();
  }
}
