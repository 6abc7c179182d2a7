/**
 * What a run or a comparison showed, as one HTML page that needs no network and as a table in the
 * terminal. {@link org.espalier.report.ReportFolder} reads folders into a {@link
 * org.espalier.report.Report}; {@link org.espalier.report.ReportWriter} writes it.
 */
package org.espalier.report;
