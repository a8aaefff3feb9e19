package io.github.phoenixkt.queue

import io.github.phoenixkt.internal.InTurn
import java.io.FileOutputStream
import java.io.IOException
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardCopyOption.REPLACE_EXISTING
import java.nio.file.attribute.PosixFilePermissions
import org.slf4j.LoggerFactory

private val logger = LoggerFactory.getLogger("io.github.phoenixkt.queue")

/** Below this a file is not worth rewriting. */
private const val SMALLEST_COMPACTION = 64L * 1024

/**
 * The file that makes what a queue accepted survive the process: what came in and what is done is
 * appended, and the file is rewritten when most of it is done. Used under the lock of
 * [WaitingLine].
 *
 * A record is in the hands of the operating system when [add] returns: it survives `kill -9`, but
 * not a power failure.
 */
internal class Spool
private constructor(
    private val file: Path,
    private val maxBytes: Long,
    private val folder: SpoolFolder,
) : AutoCloseable {
    /** No channel: those are closed when a thread that writes is interrupted. */
    private var out: FileOutputStream? = null
    private var size = 0L

    /** What records of entries that are not done take, by the number of the entry. */
    private val live = HashMap<Long, Int>()
    private var liveBytes = 0L

    /** The folder may belong to another queue then: nothing is written any more. */
    private var isClosed = false

    /** What is to be logged. */
    private val remarks = InTurn<() -> Unit> { it() }

    /** Why entries are kept in memory only, or null while they are written. */
    @Volatile
    var problem: String? = null
        private set

    /** Logs what has happened. Do not call it under the lock: an appender may be slow or block. */
    fun log(): Unit = remarks.tell()

    /**
     * Writes [entry]. When the disk cannot take it, [problem] says so, and the entry is in memory
     * only.
     *
     * @return false if the file would get larger than allowed; nothing was written
     * @throws IllegalArgumentException if no file would be large enough
     */
    fun add(entry: QueueEntry): Boolean {
        val record = SpoolRecords.accepted(entry)
        require(SpoolRecords.header.size + record.size <= maxBytes) {
            "The ${entry.item.targetKind.noun} annotation takes ${record.size} bytes in the spool, more than its file " +
                "may have (maxSpoolBytes = $maxBytes)."
        }
        if (size + record.size > maxBytes) return false
        if (append(record)) {
            live[entry.number] = record.size
            liveBytes += record.size
        }
        return true
    }

    /** Whether the entry is on disk. */
    operator fun contains(entry: QueueEntry): Boolean = entry.number in live

    fun done(entry: QueueEntry) {
        if (isClosed) return
        val bytes = live.remove(entry.number) ?: return
        liveBytes -= bytes
        append(SpoolRecords.done(entry.number))
    }

    /** Whether [rewrite] would make room. */
    fun isMostlyDone(): Boolean = size > SMALLEST_COMPACTION && liveBytes * 2 < size

    /** Whether there is anything that [rewrite] would leave out. */
    fun hasDone(): Boolean = liveBytes + SpoolRecords.header.size < size

    /**
     * Begins with what an earlier process left: in a fresh file or, if the disk takes none, in the
     * old one.
     */
    fun begin(entries: List<QueueEntry>) {
        rewrite(entries)
        if (problem == null || !Files.exists(file)) return
        try {
            out = FileOutputStream(file.toFile(), true)
            size = Files.size(file)
            entries.forEach { live[it.number] = SpoolRecords.accepted(it).size }
            liveBytes = live.values.sumOf { it.toLong() }
        } catch (e: IOException) {
            failed(e)
        }
    }

    /**
     * Puts a file with just these [entries] in place of the old one, in one step: a process that
     * dies meanwhile leaves either file. What was in memory only is on disk again afterwards.
     */
    fun rewrite(entries: List<QueueEntry>) {
        if (isClosed) return
        try {
            val fresh = file.resolveSibling("${file.fileName}.new")
            val sizes = write(fresh, entries)
            out?.close()
            out = null
            Files.move(fresh, file, ATOMIC_MOVE, REPLACE_EXISTING)
            out = FileOutputStream(file.toFile(), true)
            live.clear()
            live += sizes
            liveBytes = sizes.values.sumOf { it.toLong() }
            size = SpoolRecords.header.size + liveBytes
            if (problem != null) remarks.add { logger.info("The spool {} works again.", file) }
            problem = null
        } catch (e: IOException) {
            failed(e)
        }
    }

    /** @return the size of each entry's record, by its number */
    private fun write(fresh: Path, entries: List<QueueEntry>): Map<Long, Int> {
        Files.deleteIfExists(fresh)
        val sizes = HashMap<Long, Int>()
        createPrivately(fresh)
        try {
            FileOutputStream(fresh.toFile()).buffered().use { file ->
                file.write(SpoolRecords.header)
                for (entry in entries) {
                    val record = SpoolRecords.accepted(entry)
                    file.write(record)
                    sizes[entry.number] = record.size
                }
            }
        } catch (e: IOException) {
            // On a full disk, half of a file would take the room that the next record needs.
            Files.deleteIfExists(fresh)
            throw e
        }
        return sizes
    }

    /** Somebody may delete the file, which the one who writes to it does not notice. */
    fun noticeRemoval() {
        if (isClosed || problem != null || Files.exists(file)) return
        try {
            out?.close()
        } catch (_: IOException) {
            // What it held is gone with the file.
        }
        out = null
        live.clear()
        liveBytes = 0
        failed(NoSuchFileException("$file"))
    }

    private fun append(record: ByteArray): Boolean {
        if (isClosed) return false
        val file = out ?: return false
        return try {
            file.write(record)
            size += record.size
            true
        } catch (e: IOException) {
            failed(e)
            false
        }
    }

    private fun failed(e: IOException) {
        if (problem == null)
            remarks.add {
                logger.warn(
                    "The spool {} cannot be written. Accepted rows are kept in memory only.",
                    file,
                    e,
                )
            }
        problem = "The spool $file cannot be written (${e.javaClass.simpleName}: ${e.message})."
    }

    override fun close() {
        isClosed = true
        try {
            folder.use { out?.close() }
        } catch (e: IOException) {
            remarks.add { logger.warn("The spool {} could not be closed", file, e) }
        }
    }

    companion object {
        /**
         * Takes hold of [directory] and reads what an earlier process left there.
         *
         * @throws IllegalArgumentException if it cannot be used, or was written by a newer version
         * @throws IllegalStateException if another queue uses it
         */
        fun open(directory: Path, maxBytes: Long): OpenedSpool =
            try {
                if (!Files.isDirectory(directory)) createDirectoryPrivately(directory)
                opened(directory, maxBytes)
            } catch (e: IOException) {
                throw IllegalArgumentException(
                    "The spool folder $directory cannot be used (${e.javaClass.simpleName}: ${e.message}). " +
                        "Name a folder that this process may write to.",
                    e,
                )
            }

        private fun opened(directory: Path, maxBytes: Long): OpenedSpool {
            val folder = SpoolFolder.take(directory)
            var isOpen = false
            try {
                val file = directory.resolve("annotations.spool")
                val found =
                    if (Files.exists(file)) Files.newInputStream(file).use(SpoolRecords::read)
                    else null
                if (found != null && found.damaged > 0) keepDamaged(file, found.damaged)
                isOpen = true
                return OpenedSpool(Spool(file, maxBytes, folder), found)
            } finally {
                if (!isOpen) folder.close()
            }
        }

        private fun keepDamaged(file: Path, records: Int) {
            val kept =
                try {
                    "A copy of the file is ${DamagedSpools(file).keep()}."
                } catch (e: IOException) {
                    "No copy of the file could be made (${e.javaClass.simpleName}: ${e.message})."
                }
            logger.warn(
                "{} records of the spool {} are damaged and were not read; the other records are sent. {}",
                records,
                file,
                kept,
            )
        }
    }
}

/** @property content what an earlier process left there; null if there was no file */
internal class OpenedSpool(val spool: Spool, val content: SpoolContent?)

internal val ownerOnly = PosixFilePermissions.fromString("rw-------")
private val ownerOnlyDirectory = PosixFilePermissions.fromString("rwx------")

internal fun isPosix(path: Path) = "posix" in path.fileSystem.supportedFileAttributeViews()

private fun createPrivately(file: Path) {
    if (isPosix(file)) Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly))
    else Files.createFile(file)
}

private fun createDirectoryPrivately(directory: Path) {
    if (isPosix(directory))
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ownerOnlyDirectory))
    else Files.createDirectories(directory)
}
