/** What commands say to a running system over HTTP, and how they show it. */
@NullMarked
package io.selfrag.standalone.client;

import org.jspecify.annotations.NullMarked;
