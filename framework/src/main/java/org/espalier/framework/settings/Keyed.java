package org.espalier.framework.settings;

/** Something that stands elsewhere. In a settings record that names it, its key stands for it. */
public interface Keyed {
  /** The same for equal things, on every machine. */
  String key();
}
