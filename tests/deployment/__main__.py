"""`make deployment`: builds as the Dockerfile does, and lets tools look at the files.

Says of each thing whether it was looked at: a tool that is not here looks at nothing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.deployment.files import ROOT, read_dockerfile, read_unit
from tests.deployment.test_files import kept_out
from tests.docs.pages import committed, name

MOST_EXPOSED = 2.0
"""What systemd says of a unit, from 0 (shut in) to 10."""


def main() -> int:
    """Return the exit status: 1 where anything was not as it should be."""
    looks = (builds, unit_is_understood, compose_is_understood, dockerfile_is_understood)
    with tempfile.TemporaryDirectory(prefix="alongside-deployment-") as folder:
        found = [look(Path(folder)) for look in looks]
    for good, text in found:
        sys.stdout.write(f"{'ok  ' if good else 'MEND' if good is False else 'not '}  {text}\n")
    return 1 if any(good is False for good, _ in found) else 0


def builds(folder: Path) -> tuple[bool | None, str]:
    """Run the steps of the Dockerfile's first stage, with what .dockerignore lets in."""
    context, into = folder / "build", folder / "alongside"
    for file in committed():
        if not kept_out(name(file)):
            (context / name(file)).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, context / name(file))
    [step] = [
        rest
        for word, rest in read_dockerfile((ROOT / "Dockerfile").read_text())[0]
        if word == "RUN"
    ]
    steps = step.replace("/opt/alongside", str(into)).split()
    run(steps, cwd=context, PYTHON=sys.executable)
    shutil.rmtree(context)
    data = folder / "data"
    there = {"DATA_FOLDER": str(data), "PYTHONDONTWRITEBYTECODE": "1"}
    alongside, before = str(into / "bin/alongside"), _files(into)
    for words in (["keys", "new"], ["migrate"], ["doctor"], ["manifest"]):
        run([alongside, *words], cwd=folder, **there)
    if _files(into) != before or not (data / "master.keys").exists():
        return False, "The build: what was installed changed when it ran."
    left = [one.name for one in into.glob("lib/*/site-packages/pip*")]
    size = sum(file.stat().st_size for file in into.rglob("*") if not file.is_symlink())
    if left:
        return False, f"The build: {left} is left in it."
    return True, f"The build: from hashed wheels alone, {size // 1_000_000} MB; it runs read-only."


def unit_is_understood(folder: Path) -> tuple[bool | None, str]:
    """Let systemd look at the unit, with a program in place that it can start."""
    if not shutil.which("systemd-analyze"):
        return None, "The unit: systemd-analyze is not here."
    for file in ("alongside-nightly.service", "alongside.service"):
        unit = folder / file
        text = (ROOT / "deploy" / file).read_text()
        [start] = read_unit(text)["Service"]["ExecStart"]
        unit.write_text(
            text.replace(start, "/bin/true")
            .replace("User=alongside", "User=nobody")
            .replace("Group=alongside", "Group=nogroup")
        )
        run(["systemd-analyze", "verify", str(unit)], cwd=folder)
    timer = folder / "alongside-nightly.timer"
    shutil.copyfile(ROOT / "deploy" / timer.name, timer)
    run(["systemd-analyze", "verify", str(timer)], cwd=folder)
    asked = ["systemd-analyze", "security", "--offline=true", str(unit)]
    said = run(asked, cwd=folder).strip().splitlines()[-1]
    exposed = float(said.partition(": ")[2].split()[0])
    return exposed <= MOST_EXPOSED, f"The unit: systemd understands it. Exposure {exposed} of 10."


def compose_is_understood(folder: Path) -> tuple[bool | None, str]:
    """Let Docker Compose read the file, where it is."""
    if not _has("docker", "compose", "version"):
        return None, "compose.yaml: Docker Compose is not here."
    run(["docker", "compose", "config", "--quiet"], cwd=ROOT)
    return True, "compose.yaml: Docker Compose understands it."


def dockerfile_is_understood(folder: Path) -> tuple[bool | None, str]:
    """Build the image, where there is an engine."""
    if not _has("docker", "info"):
        return None, "Dockerfile: no engine is here, so no image was built."
    run(["docker", "build", "--tag", "alongside:local", "."], cwd=ROOT)
    return True, "Dockerfile: the image is built."


def run(words: list[str], cwd: Path, **environment: str) -> str:
    """Run it and return what it said; trouble ends the program with what it said."""
    kept = {n: os.environ[n] for n in ("PATH", "LANG", "PIP_CONFIG_FILE") if n in os.environ}
    pip = {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    done = subprocess.run(
        words, cwd=cwd, env=kept | pip | environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def _has(*words: str) -> bool:
    if not shutil.which(words[0]):
        return False
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def _files(folder: Path) -> dict[Path, int]:
    return {f: f.stat().st_mtime_ns for f in folder.rglob("*") if f.is_file()}


if __name__ == "__main__":
    sys.exit(main())
