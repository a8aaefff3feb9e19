/** What clients say of calls that meet a fault, compared with what the server has. */
@NullMarked
package io.github.phoenixkt.java.faults;

import org.jspecify.annotations.NullMarked;
