"""What scripts/notebook needs of Python.

notebook_helper.py copy NOTEBOOK FOLDER CLASS_PATH   a copy that uses what this checkout has compiled
notebook_helper.py kernel-spec FOLDER WORK           tells Jupyter of the kernel below
notebook_helper.py kernel CONNECTION_FILE WORK       becomes a Kotlin kernel that Jupyter can talk to
"""

import json
import os
import pathlib
import shutil
import sys

KERNEL_NAME = "kotlin-on-loopback"

LOGBACK = """<configuration>
  <appender name="STDERR" class="ch.qos.logback.core.ConsoleAppender">
    <target>System.err</target>
    <encoder><pattern>kernel: %-5level %logger{20} %msg %n</pattern></encoder>
  </appender>
  <root level="ERROR"><appender-ref ref="STDERR"/></root>
</configuration>
"""


def copy(notebook, folder, class_path):
    notebook = pathlib.Path(notebook)
    content = json.loads(notebook.read_text())
    cells = [cell for cell in content["cells"] if "dependencies" in cell["metadata"].get("tags", [])]
    if len(cells) != 1:
        sys.exit(f"{notebook}: {len(cells)} cells have the tag 'dependencies', but it must be one")
    paths = [path for path in class_path.split(os.pathsep) if path]
    missing = [path for path in paths if not pathlib.Path(path).exists()]
    if missing:
        sys.exit(f"not there: {missing}")
    cells[0]["source"] = "\n".join(f"@file:DependsOn({json.dumps(path)})" for path in paths)
    pathlib.Path(folder, notebook.name).write_text(json.dumps(content))


def kernel_spec(folder, work):
    spec = {
        "display_name": "Kotlin",
        "language": "kotlin",
        "interrupt_mode": "message",
        "argv": [sys.executable, str(pathlib.Path(__file__).resolve()), "kernel", "{connection_file}", work],
    }
    folder = pathlib.Path(folder, "kernels", KERNEL_NAME)
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec))


def kernel(connection_file, work):
    """The kernel's own launcher has it listen on every interface, opens a debugger's port, and logs every message."""
    import run_kotlin_kernel

    home = pathlib.Path(run_kotlin_kernel.__file__).parent
    arguments = json.loads((home / "config" / "jar_args.json").read_text())
    connection = json.loads(pathlib.Path(connection_file).read_text())
    # Jupyter says "ip", the kernel reads "host".
    connection["host"] = connection["ip"]
    ours = pathlib.Path(work, f"connection-{os.getpid()}.json")
    ours.write_text(json.dumps(connection))
    logback = pathlib.Path(work, "logback.xml")
    logback.write_text(LOGBACK)
    java = shutil.which(os.path.join(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java")
    if java is None:
        sys.exit("there is no java, neither of JAVA_HOME nor in PATH")
    command = [
        java,
        # The kernel keeps a cache in the user's home, and looks for Maven's settings there.
        f"-Duser.home={pathlib.Path(work, 'home')}",
        f"-Dlogback.configurationFile={logback}",
        "-jar",
        str(home / "jars" / arguments["mainJar"]),
        "-classpath=" + os.pathsep.join(str(home / "jars" / jar) for jar in arguments["classPath"]),
        str(ours),
        f"-home={home}",
    ]
    # Takes the place of this process, so that nothing is left over when Jupyter ends it.
    os.execv(java, command)


def main():
    commands = {"copy": copy, "kernel-spec": kernel_spec, "kernel": kernel}
    commands[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
