package io.github.phoenixkt.queue

import java.io.IOException
import java.nio.channels.FileChannel
import java.nio.channels.OverlappingFileLockException
import java.nio.file.AccessDeniedException
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption.CREATE
import java.nio.file.StandardOpenOption.WRITE
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.ConcurrentHashMap

/** The folder of a spool, which one queue has to itself until it is closed. */
internal class SpoolFolder
private constructor(private val path: Path, private val channel: FileChannel) : AutoCloseable {
    override fun close() {
        try {
            // Which gives back the lock.
            channel.close()
        } finally {
            taken.remove(path)
        }
    }

    companion object {
        /**
         * Those of this JVM. Asked before the file is opened: on Linux, a process that closes a
         * file loses all its locks on it, also the lock of another queue.
         */
        private val taken: MutableSet<Path> = ConcurrentHashMap.newKeySet()

        /**
         * Of folders that a queue of another class loader has, which would lose its lock if they
         * were closed. The list keeps them from the garbage collector, which closes them too.
         */
        private val leftOpen: MutableSet<FileChannel> = ConcurrentHashMap.newKeySet()

        /** @throws IllegalStateException if another queue has the folder */
        fun take(directory: Path): SpoolFolder {
            if (!Files.isWritable(directory)) throw AccessDeniedException("$directory")
            val path = directory.toRealPath()
            check(taken.add(path)) { inUse(directory) }
            var isTaken = false
            try {
                val channel = openPrivately(path.resolve("annotations.lock"))
                channel.unlessLocked { error(inUse(directory)) }
                isTaken = true
                return SpoolFolder(path, channel)
            } finally {
                if (!isTaken) taken.remove(path)
            }
        }

        private fun inUse(directory: Path) =
            "The spool folder $directory is in use by another queue. Give each process and each queue a folder of its own."

        /** Locks the file, or lets go of it and does [otherwise]. */
        private fun FileChannel.unlessLocked(otherwise: () -> Unit) {
            val lock =
                try {
                    tryLock()
                } catch (_: OverlappingFileLockException) {
                    leftOpen += this
                    return otherwise()
                } catch (e: IOException) {
                    close()
                    throw e
                }
            if (lock != null) return
            close()
            otherwise()
        }
    }
}

private fun openPrivately(file: Path): FileChannel {
    val options = setOf(CREATE, WRITE)
    return if (isPosix(file))
        FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(ownerOnly))
    else FileChannel.open(file, options)
}
