package io.github.phoenixkt.queue

import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.queue")

/** A disk that damages files again and again must not be filled with copies of them. */
private const val MOST_COPIES = 10

/** The copies of a spool [file] with damaged records: they may have rows that nothing else has. */
internal class DamagedSpools(private val file: Path) {
    private val names: List<Path>
        get() =
            List(MOST_COPIES) { number ->
                file.resolveSibling(
                    "${file.fileName}.damaged" + if (number == 0) "" else "-$number"
                )
            }

    /** @return the copy of the file as it is now */
    fun keep(): Path {
        val earlier = names.filter { Files.isRegularFile(it) }
        // A process that could not replace the file has made a copy before.
        return earlier.firstOrNull { Files.mismatch(it, file) < 0 }
            ?: (names.firstOrNull { Files.notExists(it) } ?: makeRoom(earlier)).also(::link)
    }

    private fun makeRoom(earlier: List<Path>): Path {
        val oldest =
            earlier.minByOrNull { Files.getLastModifiedTime(it) }
                ?: throw IOException("Its names are taken by what is no file.")
        logger.warn(
            "{} is the oldest of {} copies of damaged spools. A new copy replaces it.",
            oldest,
            MOST_COPIES,
        )
        Files.delete(oldest)
        return oldest
    }

    /**
     * A second name takes no room on the disk, and stays with the old file when a fresh one
     * replaces it.
     */
    private fun link(copy: Path) {
        try {
            Files.createLink(copy, file)
        } catch (_: UnsupportedOperationException) {
            Files.copy(file, copy)
        } catch (_: IOException) {
            Files.copy(file, copy)
        }
    }
}
