/** What people touch: the command line, reports, benchmarks; the standalone jar. */
package org.espalier.commandline;
