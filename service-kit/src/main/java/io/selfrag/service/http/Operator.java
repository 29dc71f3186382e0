package io.selfrag.service.http;

import java.util.UUID;

/**
 * Who calls an operator's route. Routes get it as an argument, already authenticated.
 *
 * @param credentialId of the token
 * @param name of the token; {@code ADMIN_TOKEN} for that of the environment
 */
public record Operator(UUID credentialId, String name) {
  /** Attribute of the exchange under which it stands. */
  static final String ATTRIBUTE = "selfrag.operator";
}
