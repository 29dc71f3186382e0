package io.selfrag.chunker.kafka;

import io.selfrag.service.kafka.KafkaClients;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Aborts the transactions that dead processes of a Streams application have left open. Whoever reads committed records waits
 * behind an open transaction until its time-out, which must be longer than the longest parse (S7): minutes, where a session
 * takes seconds to expire. Streams takes up its own transactional id again only if it keeps state and the state survives; a
 * stateless application, or one whose node is lost, does not.
 *
 * <p>Both a transactional id and the client id of a group's member name the process they belong to. A process that the group
 * has dropped and that still has a transaction is dead, or a zombie which has to be fenced at any rate.
 */
public final class OrphanedTransactions implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(OrphanedTransactions.class);
  private static final Duration EVERY = Duration.ofSeconds(3);
  private static final int LIMIT_SECONDS = 20;
  private static final String PROCESS = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private final Admin admin;
  private final List<Pattern> processes;
  private final List<String> applications;
  private Set<String> suspects = Set.of();
  private @Nullable ScheduledExecutorService timer;

  /**
   * @param applications ids of the Streams applications
   */
  public OrphanedTransactions(KafkaClients clients, List<String> applications) {
    this.admin = clients.admin("orphaned-transactions");
    this.applications = List.copyOf(applications);
    this.processes = applications.stream().map(it -> Pattern.compile(Pattern.quote(it) + "-(" + PROCESS + ")-.*"))
        .toList();
  }

  @Override
  public void start() {
    var executor = Executors
        .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("orphaned-transactions").factory());
    var _ = executor.scheduleWithFixedDelay(this::lookOrSay, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    timer = executor;
  }

  private void lookOrSay() {
    try {
      look();
    } catch (ExecutionException | TimeoutException e) {
      LOG.atInfo().addKeyValue("reason", String.valueOf(e.getMessage()))
          .log("open transactions cannot be listed now, trying again");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Fences the processes that were orphans the last time too: a member may be between two generations of its group. */
  void look() throws InterruptedException, ExecutionException, TimeoutException {
    var orphans = new HashSet<String>();
    for (int i = 0; i < applications.size(); i++) {
      var open = open(applications.get(i));
      if (!open.isEmpty()) {
        var living = living(applications.get(i), processes.get(i));
        Pattern pattern = processes.get(i);
        open.stream().filter(it -> !living.contains(process(pattern, it))).forEach(orphans::add);
      }
    }
    var sure = orphans.stream().filter(suspects::contains).toList();
    suspects = Set.copyOf(orphans);
    if (!sure.isEmpty()) {
      admin.fenceProducers(sure).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      LOG.atWarn().addKeyValue("transactional_ids", sure).log("transactions of dead processes aborted");
    }
  }

  private Set<String> open(String application)
      throws InterruptedException, ExecutionException, TimeoutException {
    var options = new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING))
        .filterOnTransactionalIdPattern("^" + Pattern.quote(application) + "-" + PROCESS + "-.*$");
    return admin.listTransactions(options).all().get(LIMIT_SECONDS, TimeUnit.SECONDS).stream()
        .map(TransactionListing::transactionalId).collect(Collectors.toSet());
  }

  private Set<String> living(String application, Pattern pattern)
      throws InterruptedException, ExecutionException, TimeoutException {
    try {
      var groups = admin.describeConsumerGroups(List.of(application)).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      return groups.values().stream().flatMap(it -> it.members().stream()).map(it -> process(pattern, it.clientId()))
          .collect(Collectors.toSet());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Set.of();
      }
      throw e;
    }
  }

  private static String process(Pattern pattern, String id) {
    Matcher matcher = pattern.matcher(id);
    return matcher.matches() ? matcher.group(1) : "";
  }

  @Override
  public void stop() {
    var running = timer;
    timer = null;
    if (running != null) {
      running.shutdownNow();
      try {
        running.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      admin.close(Duration.ofSeconds(1));
    }
  }

  @Override
  public boolean isRunning() {
    return timer != null;
  }
}
