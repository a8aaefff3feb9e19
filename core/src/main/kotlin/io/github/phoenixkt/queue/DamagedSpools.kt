package io.github.phoenixkt.queue

import java.io.IOException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardCopyOption.REPLACE_EXISTING
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
        earlier
            .firstOrNull { Files.mismatch(it, file) < 0 }
            ?.let {
                return it
            }
        val copy = names.firstOrNull { Files.notExists(it) } ?: oldest(earlier)
        // In one step: the oldest copy must not go before there is a new one.
        val fresh = file.resolveSibling("${file.fileName}.damaged.new")
        Files.deleteIfExists(fresh)
        link(fresh)
        Files.move(fresh, copy, ATOMIC_MOVE, REPLACE_EXISTING)
        if (copy in earlier)
            logger.warn(
                "The copy {} of a damaged spool, the oldest of {}, was replaced.",
                copy,
                MOST_COPIES,
            )
        return copy
    }

    private fun oldest(copies: List<Path>): Path =
        copies.minByOrNull { Files.getLastModifiedTime(it) }
            ?: throw IOException("There is no free name for a copy of $file.")

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
