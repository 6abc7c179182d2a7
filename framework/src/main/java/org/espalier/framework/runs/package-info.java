/** Folders that hold a model or a training: written whole or not at all, resumable, traceable. */
package org.espalier.framework.runs;
