/**
 * What a run or a comparison showed, as one HTML page that needs no network and as a table in the
 * terminal. {@link org.espalier.tools.report.ReportFolder} reads folders into a {@link
 * org.espalier.tools.report.Report}; {@link org.espalier.tools.report.ReportWriter} writes it.
 */
package org.espalier.tools.report;
