/** Tests of the files that deploy the server: Helm chart, compose file, alert rules, dashboard. */
@NullMarked
package dev.xception.deploy;

import org.jspecify.annotations.NullMarked;
