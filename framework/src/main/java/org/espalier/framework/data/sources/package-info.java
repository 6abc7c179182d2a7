/**
 * Where data come from: file formats, downloads, checksums. A {@link
 * org.espalier.framework.data.sources.DatasetSource} is bound under its name.
 */
package org.espalier.framework.data.sources;
