/** What the tests of all modules share. */
@NullMarked
package io.github.phoenixkt.support;

import org.jspecify.annotations.NullMarked;
