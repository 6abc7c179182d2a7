package org.espalier;

import dagger.Component;
import jakarta.inject.Singleton;

/** The library, wired. */
@Singleton
@Component(modules = LibraryModule.class)
interface LibraryComponent {
  Espalier espalier();
}
