package io.selfrag.bench.fault;

import io.selfrag.bench.system.SystemProcess;
import java.util.Map;

/** The network between the services and the broker. */
final class NetworkFaults {
  private static final int DELAY_EACH_WAY_MS = 100;

  private NetworkFaults() {}

  /** Slow, cut without a word, and reset. */
  record Broker() implements Fault {
    @Override
    public String id() {
      return "F16";
    }

    @Override
    public String what() {
      return "services ↔ broker: 200 ms for every exchange, then cut in silence, then all connections reset";
    }

    @Override
    public boolean wantsItsOwnSystem() {
      return true;
    }

    @Override
    public Map<String, String> settings() {
      return SystemProcess.withBrokerLink();
    }

    @Override
    public String act(FaultRun run) {
      run.load();
      run.system().link("delay " + DELAY_EACH_WAY_MS);
      run.load();
      FaultRun.pause(run.outage());
      run.system().link("mend");
      run.load();
      run.system().link("cut");
      FaultRun.pause(run.outage());
      run.system().link("mend");
      run.load();
      run.system().link("reset");
      run.load();
      return "slow and cut for " + run.outage().toSeconds() + " s each";
    }
  }
}
