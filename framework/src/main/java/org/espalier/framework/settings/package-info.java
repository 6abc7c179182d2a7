/**
 * Settings as records, declared once. {@link org.espalier.graphs.settings.Setting} on the
 * components of a record says what each is for; {@link
 * org.espalier.framework.settings.SettingsReader} fills the record from flags and YAML, {@link
 * org.espalier.framework.settings.Settings} derives help text, canonical form and hash.
 */
package org.espalier.framework.settings;
