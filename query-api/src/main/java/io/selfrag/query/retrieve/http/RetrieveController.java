package io.selfrag.query.retrieve.http;

import io.selfrag.service.http.Caller;
import io.selfrag.service.http.RequestResults;
import io.selfrag.service.http.RequiresRole;
import io.selfrag.service.http.Role;
import jakarta.validation.Valid;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code POST /v1/retrieve}. */
@RestController
public final class RetrieveController {
  private final Searches searches;

  public RetrieveController(Searches searches) {
    this.searches = searches;
  }

  @PostMapping("/v1/retrieve")
  @RequiresRole(Role.READ)
  Mono<RetrieveAnswer> retrieve(Caller caller, ServerWebExchange exchange, @Valid @RequestBody RetrieveBody body) {
    return searches.run(body.toRequest(caller))
        .doOnNext(answer -> RequestResults.count(exchange, answer.hits().size()))
        .map(answer -> RetrieveAnswer.of(answer, body.wantsExplanation()));
  }
}
