/**
 * The files of a folder that holds a model or a run, one reader and one writer each. A reader never
 * sees half a file, and what was altered is refused.
 */
package org.espalier.framework.runs;
