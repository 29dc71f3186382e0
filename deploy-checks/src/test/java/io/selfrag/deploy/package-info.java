/** Holds what is deployed (Compose, Kubernetes, gateway, rules, dashboards) to what the code reads, names and emits. */
@NullMarked
package io.selfrag.deploy;

import org.jspecify.annotations.NullMarked;
