package io.selfrag.bench.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/** The whole system in a process of its own, on one data folder, through any number of kills and starts. For one thread. */
public final class SystemProcess implements AutoCloseable {
  private final Path data;
  private final Map<String, String> properties;
  private final String heap;
  private final Child.Compiler compiler;
  private Child child;
  private volatile SystemAccess access;

  private SystemProcess(Path data, Map<String, String> properties, String heap, Child.Compiler compiler) {
    this.data = data;
    this.compiler = compiler;
    this.properties = Map.copyOf(properties);
    this.heap = heap;
    this.child = launch();
    this.access = readAccess();
  }

  /**
   * Starts it, to be killed and started again, and returns when it answers.
   *
   * @param properties settings that differ from the defaults
   * @param heap as Java's {@code -Xmx} takes it
   */
  public static SystemProcess start(Path data, Map<String, String> properties, String heap) {
    return start(data, properties, heap, Child.Compiler.QUICK);
  }

  /** The same, compiled as {@code ./selfrag up} is, to be measured. */
  public static SystemProcess startMeasured(Path data, Map<String, String> properties, String heap) {
    return start(data, properties, heap, Child.Compiler.FULL);
  }

  private static SystemProcess start(Path data, Map<String, String> properties, String heap,
      Child.Compiler compiler) {
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new SystemProcess(data, properties, heap, compiler);
  }

  private Child launch() {
    var arguments = new ArrayList<String>(List.of(data.toString()));
    properties.forEach((name, value) -> arguments.add(name + "=" + value));
    return Child.start(SystemMain.class, compiler, heap, log(), arguments);
  }

  private SystemAccess readAccess() {
    return JsonMapper.shared().readValue(child.answer(), SystemAccess.class);
  }

  /** Where the system's log goes. */
  public Path log() {
    return data.resolve("system.log");
  }

  public Path data() {
    return data;
  }

  public SystemAccess access() {
    return access;
  }

  /** As {@code kill -9} of the whole system. */
  public void kill() {
    child.kill();
  }

  /** Stops it in good order. */
  public void stop() {
    child.close();
  }

  /** Starts it again after a {@link #kill()} or {@link #stop()}; returns how long it took to answer. */
  public Duration startAgain() {
    long start = System.nanoTime();
    child = launch();
    access = readAccess();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** Stops, starts, kills, pauses or resumes {@code broker}, {@code postgres} or {@code redis}; the broker is never killed alone. */
  public void server(String verb, String name) {
    child.command(verb + " " + name);
  }

  /** Settings of a system whose services reach the broker by a network that {@link #link} can break. */
  public static Map<String, String> withBrokerLink() {
    return Map.of(SystemMain.BROKER_LINK, "on");
  }

  /** What the network between the services and the broker does: {@code cut}, {@code reset}, {@code delay MS}, {@code mend}. */
  public void link(String what) {
    child.command("link " + what);
  }

  /** The vector store fails every call. */
  public void storeAway() {
    child.command("store away");
  }

  /** Every call of the vector store takes so much longer. */
  public void storeSlow(Duration eachCall) {
    child.command("store slow " + eachCall.toMillis());
  }

  /** The process ends as by a kill -9 when chunks are about to be written to the vector store. Returns when it has. */
  public void dieBeforeUpsert() {
    die(FaultyVectorStore.Halt.BEFORE_UPSERT);
  }

  /** The process ends as by a kill -9 when chunks are in the vector store and not yet in the database. Returns when it has. */
  public void dieAfterUpsert() {
    die(FaultyVectorStore.Halt.AFTER_UPSERT);
  }

  private void die(FaultyVectorStore.Halt step) {
    child.command("store halt " + step);
    child.awaitEnd();
  }

  /** Ends what {@link #storeAway()} and {@link #storeSlow} began. */
  public void storeBack() {
    child.command("store back");
  }

  /** Freezes the whole JVM, broker included, but not database and cache. */
  public void freeze() {
    child.signal("STOP");
  }

  /** Ends a {@link #freeze()}. */
  public void thaw() {
    child.signal("CONT");
  }

  /** Resident memory of the process and all its children in bytes. */
  public long residentBytes() {
    var processes = Stream.concat(ProcessHandle.of(child.pid()).stream(),
        ProcessHandle.of(child.pid()).stream().flatMap(ProcessHandle::descendants));
    return processes.mapToLong(it -> Memory.proportionalBytes(it.pid())).sum();
  }

  /** Time that the process and all its children that live have spent on the processor. */
  public Duration cpuTime() {
    var processes = Stream.concat(ProcessHandle.of(child.pid()).stream(),
        ProcessHandle.of(child.pid()).stream().flatMap(ProcessHandle::descendants));
    return processes.map(it -> it.info().totalCpuDuration().orElse(Duration.ZERO)).reduce(Duration.ZERO,
        Duration::plus);
  }

  /** Starts workers in another process that join the same groups. */
  public Workers startWorkers() {
    return Workers.start(access, data, properties);
  }

  @Override
  public void close() {
    if (child.isAlive()) {
      child.close();
    }
  }
}
