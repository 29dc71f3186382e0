package io.selfrag.standalone.doctor;

import io.selfrag.standalone.client.ApiClient;
import io.selfrag.standalone.client.Command;
import io.selfrag.standalone.client.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What the API says: its parts, who reads the topics and how far behind they are, and what was given up. */
record PipelineLook(Target target, Instant now) implements Look {
  private static final Duration RECENT = Duration.ofDays(1);
  private static final long LARGE_LAG = 100_000;

  @Override
  public String what() {
    return "API";
  }

  @Override
  public List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    try (var anyone = target.anyone()) {
      findings.addAll(parts(anyone.get("/health/detailed")));
    }
    try (var operator = target.operator()) {
      findings.addAll(lag(operator.get("/admin/pipeline")));
      findings.add(letters(operator));
    }
    return findings;
  }

  private static List<Finding> parts(JsonNode health) {
    var findings = new ArrayList<Finding>();
    var well = new ArrayList<String>();
    health.path("components").properties().forEach(it -> {
      var status = it.getValue().path("status").asString("");
      if (status.equals("ok")) {
        well.add(it.getKey());
      } else {
        findings.add(Finding.of("services", status.equals("down"), true,
            it.getKey() + " is " + status + ": " + it.getValue().path("message").asString("no word why"),
            "docs/troubleshooting.md says what each part needs"));
      }
    });
    findings.addFirst(Finding.ok("services", well.size() + " parts are well: " + String.join(", ", well)));
    return findings;
  }

  private static List<Finding> lag(JsonNode pipeline) {
    var findings = new ArrayList<Finding>();
    long groups = 0;
    long waiting = 0;
    for (JsonNode topic : pipeline.path("topics")) {
      for (JsonNode group : topic.path("groups")) {
        long lag = group.path("lag").asLong();
        groups++;
        waiting += lag;
        boolean abandoned = lag > 0 && group.path("members").asInt() == 0;
        boolean stuck = lag > 0 && !group.hasNonNull("eta_seconds")
            && group.path("oldest_waiting_seconds").asDouble() > Duration.ofMinutes(5).toSeconds();
        if (abandoned || stuck || lag > LARGE_LAG) {
          findings.add(Finding.of("consumer lag", abandoned || stuck, true,
              group.path("group").asString("") + " on " + topic.path("topic").asString("") + ": " + lag + " wait, "
                  + group.path("members").asInt() + " readers" + (stuck ? ", and it does not become less" : ""),
              abandoned ? "start the worker" : "look at the worker's log; more replicas up to the partitions"));
        }
      }
    }
    if (findings.isEmpty()) {
      findings.add(Finding.ok("consumer lag", waiting + " records wait for " + groups + " readers of topics"));
    }
    return findings;
  }

  private Finding letters(ApiClient operator) {
    long all = operator.get("/admin/dead-letters?page_size=1").path("total").asLong();
    var recent = operator.get("/admin/dead-letters?page_size=100&since=" + now.minus(RECENT));
    long lately = recent.path("total").asLong();
    var codes = new ArrayList<String>();
    recent.path("items").forEach(it -> codes.add(it.path("code").asString("")));
    var which = codes.isEmpty()
        ? ""
        : " (" + codes.stream().distinct().sorted().collect(Collectors.joining(", ")) + ")";
    return Finding.of("dead letters", false, lately > 0, lately + " in the last day" + which + ", " + all + " in all",
        Command.name() + " dead-letters list says why; dead-letters replay tries them again");
  }
}
