package io.github.phoenixkt.settings

import io.kotest.assertions.withClue
import io.kotest.core.spec.style.StringSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldStartWith
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.nio.file.attribute.UserPrincipal

class EnvFileSpec :
    StringSpec({
        val warned = mutableListOf<String>()
        beforeEach { warned.clear() }

        fun find(directory: Path, user: UserPrincipal? = currentUser()): EnvFile? =
            findEnvFile(directory, user, Warnings(warned::add))

        "lines are read by the rules of the official clients" {
            listOf(
                    "PHOENIX_A=1" to "1",
                    "  export   PHOENIX_A = 1  " to "1",
                    "PHOENIX_A=\"a b\"" to "a b",
                    "PHOENIX_A='a'" to "a",
                    "PHOENIX_A=\"a'" to "\"a'",
                    "PHOENIX_A=\"" to "\"",
                    "PHOENIX_A=\"\"a\"\"" to "\"a\"",
                    "PHOENIX_A=1 # not a comment" to "1 # not a comment",
                    "PHOENIX_A=a=b" to "a=b",
                    "PHOENIX_A=\${HOME}\\n" to "\${HOME}\\n",
                    "PHOENIX_A=1\nPHOENIX_A=2" to "2",
                    "PHOENIX_A=1\nPHOENIX_A=" to "1",
                    "PHOENIX_A=1\r\n#PHOENIX_A=2\r\n" to "1",
                    "\uFEFFPHOENIX_A=1" to "1",
                    "PHOENIX_A=" to null,
                    "PHOENIX_A=''" to null,
                    "PHOENIX_A" to null,
                    "# PHOENIX_A=1" to null,
                    "XPHOENIX_A=1" to null,
                    "exportPHOENIX_A=1" to null,
                )
                .forEach { (text, expected) ->
                    withClue(text) { parseEnvFile(text)["PHOENIX_A"] shouldBe expected }
                }
            parseEnvFile("HOME=/x\nPHOENIX-A=1\nPHOENIX_A B=1") shouldBe emptyMap()
        }

        "the nearest file at or above the directory is found" {
            val root = tempdir().toPath().withEnvFile("PHOENIX_A=root")
            val middle = root.resolve("middle").withEnvFile("PHOENIX_A=middle")
            val leaf = Files.createDirectories(middle.resolve("x/leaf"))

            find(leaf)?.values shouldBe mapOf("PHOENIX_A" to "middle")
            find(middle)?.path shouldBe middle.resolve(".env.phoenix")
            find(root)?.values shouldBe mapOf("PHOENIX_A" to "root")
            warned.shouldBeEmpty()
        }

        "a file without settings still ends the search" {
            val root = tempdir().toPath().withEnvFile("PHOENIX_A=root")

            find(root.resolve("leaf").withEnvFile("# nothing"))?.values shouldBe emptyMap()
        }

        "a link is followed" {
            val target = tempdir().toPath().withEnvFile("PHOENIX_A=1").resolve(".env.phoenix")
            val directory = tempdir().toPath()
            Files.createSymbolicLink(directory.resolve(".env.phoenix"), target)

            find(directory)?.values shouldBe mapOf("PHOENIX_A" to "1")
        }

        "a file of another user is passed over with a warning" {
            val directory = tempdir().toPath().withEnvFile("PHOENIX_A=1")

            find(directory, user = { "somebody else" }) shouldBe null
            warned.shouldContainExactly(
                "$directory/.env.phoenix is ignored: it belongs to another user"
            )
        }

        "where nobody knows the user, any owner will do" {
            find(tempdir().toPath().withEnvFile("PHOENIX_A=1"), user = null)?.values shouldBe
                mapOf("PHOENIX_A" to "1")
        }

        "what is no readable text file is passed over, and the search goes on" {
            val untrusted =
                mapOf<String, (Path) -> Unit>(
                    "it is not a regular file" to { Files.createDirectory(it) },
                    "it is larger than 64 KiB" to
                        {
                            Files.write(it, ByteArray(64 * 1024 + 1) { ' '.code.toByte() })
                        },
                    "it is not UTF-8 text" to
                        {
                            Files.write(it, "PHOENIX_A=é".toByteArray(Charsets.ISO_8859_1))
                        },
                    "it cannot be read" to
                        {
                            Files.createSymbolicLink(it, it)
                        },
                )
            untrusted.forEach { (reason, make) ->
                warned.clear()
                val root = tempdir().toPath().withEnvFile("PHOENIX_A=root")
                val leaf = Files.createDirectory(root.resolve("leaf"))
                make(leaf.resolve(".env.phoenix"))

                withClue(reason) {
                    find(leaf)?.values shouldBe mapOf("PHOENIX_A" to "root")
                    warned.single() shouldStartWith "$leaf/.env.phoenix is ignored: $reason"
                }
            }
        }

        "a file of exactly 64 KiB is read" {
            val directory = tempdir().toPath()
            val start = "PHOENIX_A=1\n"
            directory.withEnvFile(start + " ".repeat(64 * 1024 - start.length - 1))

            find(directory)?.values shouldBe mapOf("PHOENIX_A" to "1")
        }

        "a file that others can read or change is used with one warning" {
            listOf(
                    "rw-r-----" to 1,
                    "rw--w----" to 1,
                    "rw----r--" to 1,
                    "rw-----w-" to 1,
                    "rw-------" to 0,
                    "rwx--x--x" to 0,
                )
                .forEach { (permissions, warnings) ->
                    warned.clear()
                    val directory = tempdir().toPath().withEnvFile("PHOENIX_A=1")
                    Files.setPosixFilePermissions(
                        directory.resolve(".env.phoenix"),
                        PosixFilePermissions.fromString(permissions),
                    )
                    withClue(permissions) {
                        val once = Warnings(warned::add)
                        repeat(2) {
                            findEnvFile(directory, currentUser(), once)?.values shouldBe
                                mapOf("PHOENIX_A" to "1")
                        }
                        warned.size shouldBe warnings
                    }
                }
        }
    })
