package org.espalier.framework.data.sources;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file to download.
 *
 * @param name its name in the folder
 * @param uri where it comes from
 * @param sha256 of its content unzipped, or, for an archive, of the archive as it is
 * @param archive true for a gzip tar file that is unpacked into the folder and not kept
 * @param localCopy a place on this machine where the same file may lie
 */
public record RemoteFile(
    String name, URI uri, String sha256, boolean archive, Optional<Path> localCopy) {}
