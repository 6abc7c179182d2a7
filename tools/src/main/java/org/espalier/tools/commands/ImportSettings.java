package org.espalier.tools.commands;

import java.util.Optional;
import org.espalier.framework.settings.Setting;

/** How a SavedModel or frozen graph of others is read. */
record ImportSettings(
    @Setting("Which signature of a SavedModel; default: serving_default.")
        Optional<String> signature,
    @Setting(
            value = "Let in ops of a SavedModel or graph that are not on the list of safe ones.",
            defaultValue = "false")
        boolean trust) {}
