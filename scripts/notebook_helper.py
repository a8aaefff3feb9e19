"""What scripts/notebook needs of Python.

notebook_helper.py copy NOTEBOOK FOLDER CLASS_PATH   a copy that uses what this checkout has compiled
notebook_helper.py execute COPY NOTEBOOK FOLDER SECONDS   executes the copy and leaves it, with its outputs, in the folder
notebook_helper.py kernel-spec FOLDER WORK           tells Jupyter of the kernel below
notebook_helper.py kernel CONNECTION_FILE WORK       becomes a Kotlin kernel that Jupyter can talk to
"""

import json
import os
import pathlib
import shutil
import sys

KERNEL_NAME = "kotlin"

LOGBACK = """<configuration>
  <appender name="STDERR" class="ch.qos.logback.core.ConsoleAppender">
    <target>System.err</target>
    <encoder><pattern>kernel: %-5level %logger{20} %msg %n</pattern></encoder>
  </appender>
  <root level="ERROR"><appender-ref ref="STDERR"/></root>
</configuration>
"""


def dependency_cell(notebook, content):
    cells = [cell for cell in content["cells"] if "dependencies" in cell["metadata"].get("tags", [])]
    if len(cells) != 1:
        sys.exit(f"{notebook}: {len(cells)} cells have the tag 'dependencies', but it must be one")
    return cells[0]


def copy(notebook, folder, class_path):
    notebook = pathlib.Path(notebook)
    content = json.loads(notebook.read_text())
    cell = dependency_cell(notebook, content)
    paths = [path for path in class_path.split(os.pathsep) if path]
    missing = [path for path in paths if not pathlib.Path(path).exists()]
    if missing:
        sys.exit(f"not there: {missing}")
    cell["source"] = "\n".join(f"@file:DependsOn({json.dumps(path)})" for path in paths)
    # Some 60 lines that nobody wants to read.
    cell["metadata"]["jupyter"] = {"source_hidden": True}
    pathlib.Path(folder, notebook.name).write_text(json.dumps(content))


def execute(copied, notebook, folder, seconds):
    import nbclient
    import nbclient.exceptions
    import nbformat

    content = nbformat.read(copied, as_version=4)
    limits = {"timeout": int(seconds), "startup_timeout": int(seconds)}
    client = nbclient.NotebookClient(content, kernel_name=KERNEL_NAME, **limits)
    failure = None
    here = pathlib.Path(copied).parent
    # The kernel writes each message about an error there, which has all lines of the stack twice.
    said = here / "kernel.log"
    try:
        with said.open("w") as log:
            client.execute(cwd=str(here), stderr=log)
    except nbclient.exceptions.CellExecutionError as error:
        failure = f"{error.ename}: {error.evalue}" if error.evalue else error.ename
    except nbclient.exceptions.CellTimeoutError as error:
        failure = str(error).strip()
    except (nbclient.exceptions.DeadKernelError, RuntimeError) as error:
        failure = f"{error}\n{said.read_text()}"
    # The coordinates, as in the notebook: the class path is of this machine.
    cell = dependency_cell(copied, content)
    cell["source"] = dependency_cell(notebook, json.loads(pathlib.Path(notebook).read_text()))["source"]
    cell["source"] = "".join(cell["source"])
    nbformat.write(content, pathlib.Path(folder, pathlib.Path(copied).name))
    if failure:
        number, source = failed_cell(content)
        sys.exit(f"{failure}\n\nin cell {number}:\n\n{source}\n")


def failed_cell(content):
    """The last cell that was started: its number among the cells with code, as the kernel counts, and its text."""
    cells = [cell for cell in content["cells"] if cell["cell_type"] == "code"]
    started = [number for number, cell in enumerate(cells, 1) if cell["outputs"] or cell["execution_count"]]
    number = started[-1] if started else 1
    return number, cells[number - 1]["source"]


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
    commands = {"copy": copy, "execute": execute, "kernel-spec": kernel_spec, "kernel": kernel}
    commands[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
