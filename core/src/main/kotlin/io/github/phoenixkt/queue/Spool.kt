package io.github.phoenixkt.queue

import java.io.FileOutputStream
import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.channels.FileLock
import java.nio.channels.OverlappingFileLockException
import java.nio.file.Files
import java.nio.file.NoSuchFileException
import java.nio.file.Path
import java.nio.file.StandardCopyOption.ATOMIC_MOVE
import java.nio.file.StandardCopyOption.REPLACE_EXISTING
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.WRITE
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
    private val lockChannel: FileChannel,
    private val lock: FileLock,
) : AutoCloseable {
    /** No channel: those are closed when a thread that writes is interrupted. */
    private var out: FileOutputStream? = null
    private var size = 0L

    /** What records of entries that are not done take, by the number of the entry. */
    private val live = HashMap<Long, Int>()
    private var liveBytes = 0L

    /** Why entries are kept in memory only, or null while they are written. */
    @Volatile
    var problem: String? = null
        private set

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
        val bytes = live.remove(entry.number) ?: return
        liveBytes -= bytes
        append(SpoolRecords.done(entry.number))
    }

    /** Whether [rewrite] would make room. */
    fun isMostlyDone(): Boolean = size > SMALLEST_COMPACTION && liveBytes * 2 < size

    /** Whether there is anything that [rewrite] would leave out. */
    fun hasDone(): Boolean = liveBytes + SpoolRecords.header.size < size

    /**
     * Puts a file with just these [entries] in place of the old one, in one step: a process that
     * dies meanwhile leaves either file. What was in memory only is on disk again afterwards.
     */
    fun rewrite(entries: List<QueueEntry>) {
        try {
            val fresh = file.resolveSibling("${file.fileName}.new")
            Files.deleteIfExists(fresh)
            val sizes = HashMap<Long, Int>()
            createPrivately(fresh)
            FileOutputStream(fresh.toFile()).buffered().use { file ->
                file.write(SpoolRecords.header)
                for (entry in entries) {
                    val record = SpoolRecords.accepted(entry)
                    file.write(record)
                    sizes[entry.number] = record.size
                }
            }
            out?.close()
            out = null
            Files.move(fresh, file, ATOMIC_MOVE, REPLACE_EXISTING)
            out = FileOutputStream(file.toFile(), true)
            size = Files.size(file)
            live.clear()
            live += sizes
            liveBytes = sizes.values.sumOf { it.toLong() }
            if (problem != null) logger.info("The spool {} works again.", file)
            problem = null
        } catch (e: IOException) {
            failed(e)
        }
    }

    /** Somebody may delete the file, which the one who writes to it does not notice. */
    fun noticeRemoval() {
        if (problem != null || Files.exists(file)) return
        out?.close()
        out = null
        live.clear()
        liveBytes = 0
        failed(NoSuchFileException("$file"))
    }

    private fun append(record: ByteArray): Boolean {
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
            logger.warn(
                "The spool {} cannot be written: what is accepted is kept in memory only",
                file,
                e,
            )
        problem = "The spool $file cannot be written (${e.javaClass.simpleName}: ${e.message})."
    }

    override fun close() {
        try {
            out?.close()
            lock.release()
            lockChannel.close()
        } catch (e: IOException) {
            logger.warn("The spool {} could not be closed", file, e)
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
            val file = directory.resolve("annotations.spool")
            val lockChannel = openPrivately(directory.resolve("annotations.lock"))
            var isOpen = false
            try {
                val lock = lockOrNull(lockChannel)
                checkNotNull(lock) {
                    "The spool folder $directory is in use by another queue. Give each process and each queue a folder of its own."
                }
                val found =
                    if (Files.exists(file)) Files.newInputStream(file).use(SpoolRecords::read)
                    else null
                if (found != null && found.damaged > 0) keepDamaged(file, found.damaged)
                isOpen = true
                return OpenedSpool(Spool(file, maxBytes, lockChannel, lock), found?.items.orEmpty())
            } finally {
                // Which gives back the lock.
                if (!isOpen) lockChannel.close()
            }
        }

        private fun lockOrNull(channel: FileChannel): FileLock? =
            try {
                channel.tryLock()
            } catch (_: OverlappingFileLockException) {
                // By another queue of this JVM.
                null
            }

        private fun keepDamaged(file: Path, records: Int) {
            val copy = file.resolveSibling("${file.fileName}.damaged")
            Files.copy(file, copy, REPLACE_EXISTING)
            logger.warn(
                "{} records of the spool {} are damaged and were not read; the other records are sent. A copy of the file is {}.",
                records,
                file,
                copy,
            )
        }
    }
}

/** @property items what is still to be sent, in the order in which it was accepted */
internal class OpenedSpool(val spool: Spool, val items: List<SpooledItem>)

private val ownerOnly = PosixFilePermissions.fromString("rw-------")
private val ownerOnlyDirectory = PosixFilePermissions.fromString("rwx------")

private fun isPosix(path: Path) = "posix" in path.fileSystem.supportedFileAttributeViews()

private fun createPrivately(file: Path) {
    if (isPosix(file)) Files.createFile(file, PosixFilePermissions.asFileAttribute(ownerOnly))
    else Files.createFile(file)
}

private fun openPrivately(file: Path): FileChannel {
    val options = setOf(CREATE, WRITE)
    return if (isPosix(file))
        FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(ownerOnly))
    else FileChannel.open(file, options)
}

private fun createDirectoryPrivately(directory: Path) {
    if (isPosix(directory))
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ownerOnlyDirectory))
    else Files.createDirectories(directory)
}
