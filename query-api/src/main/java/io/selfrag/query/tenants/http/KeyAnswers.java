package io.selfrag.query.tenants.http;

import io.selfrag.catalog.tenant.ApiKey;
import io.selfrag.query.tenants.IssuedKey;
import io.selfrag.query.tenants.KeyRing;
import io.selfrag.service.http.IdempotentReply;
import org.springframework.http.HttpStatus;

/** Shows keys: the same on the operator's and on the tenant's routes. */
final class KeyAnswers {
  private final KeyRing keys;

  KeyAnswers(KeyRing keys) {
    this.keys = keys;
  }

  KeyView view(ApiKey key) {
    return KeyView.of(key, keys.draftOf(key));
  }

  IssuedKeyView view(IssuedKey issued) {
    return new IssuedKeyView(view(issued.key()), issued.secret().text());
  }

  IdempotentReply created(IssuedKey issued) {
    var key = view(issued.key());
    return new IdempotentReply(HttpStatus.CREATED.value(), new IssuedKeyView(key, issued.secret().text()),
        new IssuedKeyView(key, null), key.id());
  }
}
