/** What query-api's health shows beside what every service does: index, models, and the workers behind the broker. */
@NullMarked
package io.selfrag.query.health;

import org.jspecify.annotations.NullMarked;
