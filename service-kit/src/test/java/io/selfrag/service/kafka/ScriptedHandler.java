package io.selfrag.service.kafka;

import io.selfrag.schemas.ErrorCode;
import io.selfrag.schemas.SelfRagException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Fails where the script says so; a batch has an effect only as a whole, like a transaction. */
final class ScriptedHandler implements BatchHandler<String> {
  /** A record that was given up. */
  record GivenUp(String value, ErrorCode code, int attempts) {}

  final Map<String, ErrorCode> refusals = new ConcurrentHashMap<>();
  final Set<String> bugs = ConcurrentHashMap.newKeySet();
  final Set<String> errors = ConcurrentHashMap.newKeySet();
  final List<String> done = new CopyOnWriteArrayList<>();
  final List<GivenUp> givenUp = new CopyOnWriteArrayList<>();
  final List<List<String>> batches = new CopyOnWriteArrayList<>();
  volatile boolean outage;
  volatile boolean deadLettersAway;
  /** Non-null: each batch waits for a permit. */
  volatile Semaphore gate;

  @Override
  public void handle(List<ConsumerRecord<byte[], String>> batch) throws InterruptedException {
    var values = batch.stream().map(ConsumerRecord::value).toList();
    batches.add(values);
    var closed = gate;
    if (closed != null) {
      closed.acquire();
    }
    if (outage) {
      throw new SelfRagException(ErrorCode.STORE_UNAVAILABLE, "scripted outage");
    }
    for (String value : values) {
      if (refusals.containsKey(value)) {
        throw new SelfRagException(refusals.get(value), "scripted refusal");
      }
      if (bugs.contains(value)) {
        throw new IllegalStateException("scripted bug");
      }
      if (errors.contains(value)) {
        throw new AssertionError("scripted error");
      }
    }
    done.addAll(values);
  }

  @Override
  public void giveUp(ConsumerRecord<byte[], String> record, SelfRagException cause, int attempts) {
    if (deadLettersAway) {
      throw new SelfRagException(ErrorCode.BROKER_UNAVAILABLE, "scripted: dead letters are away");
    }
    givenUp.add(new GivenUp(record.value(), cause.code(), attempts));
  }

  List<String> givenUpValues() {
    return givenUp.stream().map(GivenUp::value).toList();
  }

  /** Done or given up, each once however often it came. */
  List<String> ended() {
    var ended = new ArrayList<>(done);
    ended.addAll(givenUpValues());
    return ended.stream().distinct().sorted().toList();
  }
}
