"""The house rules that can be read off the source: who imports whom, how long files and functions are."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted([*ROOT.glob("cnn_core/**/*.py"), *ROOT.glob("demos/**/*.py"), ROOT / "app.py"])
BROWSER = {"gradio", "streamlit"}
LONGEST_FILE, LONGEST_FUNCTION, LONGEST_RUN = 300, 40, 25
COMMANDS = {"demos.cards", "demos.sheet", "demos.static_tour"}
"""Programs of a few lines that put a front end to work, as app.py does."""
MODELLING = {"torch", "torchvision", "captum", "torchmetrics"}


def module_name(path: Path) -> str:
    """cnn_core/models/vgg.py -> cnn_core.models.vgg."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it; ``from a import b`` counts as a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def inside(names: set[str], package: str) -> set[str]:
    return {name for name in names if name == package or name.startswith(package + ".")}


@pytest.fixture(params=SOURCES, ids=module_name)
def source(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_arrows_of_imports(source: Path) -> None:
    name, used = module_name(source), imports(source)
    roots = {entry.split(".")[0] for entry in used}
    if name.startswith("cnn_core"):
        assert not inside(used, "demos") and not roots & BROWSER
    if name.startswith("demos") and not name.startswith("demos.frontends") and name not in COMMANDS:
        assert not roots & BROWSER and not inside(used, "demos.frontends")
    if not name.startswith("cnn_core.training"):
        assert not inside(used, "cnn_core.training")


FLOORS = {
    "cnn_core.results": (),
    "cnn_core.errors": (),
    "cnn_core.images": ("ops",),
    "cnn_core.ops": (),
    "cnn_core.models": ("ops",),
    "cnn_core.runtime": ("models", "images"),
    "cnn_core.tasks": ("models", "ops", "images", "runtime"),
    "cnn_core.explain": ("models", "ops", "images", "runtime", "tasks.preprocessing"),
}
"""Place -> what it may stand on inside ``cnn_core``, besides itself, the results and the errors."""


def test_floors_of_the_core(source: Path) -> None:
    name, used = module_name(source), imports(source)
    place = next((floor for floor in FLOORS if inside({name}, floor)), None)
    if place is None:
        return
    allowed = [place, "cnn_core.results", "cnn_core.errors", *(f"cnn_core.{floor}" for floor in FLOORS[place])]
    own = {entry for entry in used if entry.startswith("cnn_core.") and entry.count(".") > 1}
    assert not {entry for entry in own if not any(inside({entry}, floor) for floor in allowed)}


def test_front_ends_know_no_task_model_or_torch(source: Path) -> None:
    if not module_name(source).startswith("demos.frontends"):
        return
    used = imports(source)
    assert not {entry.split(".")[0] for entry in used} & MODELLING
    for package in ("cnn_core.tasks", "cnn_core.models", "cnn_core.explain"):
        assert not inside(used, package)


def test_a_demo_imports_no_other_demo(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    is_demo = any(isinstance(n, ast.Assign) and getattr(n.targets[0], "id", "") == "DEMO" for n in tree.body)
    if not is_demo:
        return
    others = {module_name(p) for p in ROOT.glob("demos/tabs/*/*.py") if "\nDEMO = " in p.read_text(encoding="utf-8")}
    assert not (others - {module_name(source)}) & imports(source)


def test_models_know_no_files(source: Path) -> None:
    if module_name(source).startswith("cnn_core.models."):
        assert not {"pathlib", "os", "io", "urllib", "cnn_core.runtime.weights"} & imports(source)


def test_files_and_functions_stay_short(source: Path) -> None:
    text = source.read_text(encoding="utf-8")
    assert len(text.splitlines()) < LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno + 1 < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", [*ROOT.glob("demos/**/*.css"), *ROOT.glob("demos/**/*.js")], ids=lambda path: path.name)
def test_styles_and_scripts_stay_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < LONGEST_FILE


TABS = sorted(path for path in ROOT.glob("demos/tabs/*/*.py") if not path.stem.startswith("_"))


@pytest.mark.parametrize("path", TABS, ids=lambda path: path.stem)
def test_what_students_read_is_short_and_typed(path: Path) -> None:
    (run,) = (
        n for n in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(n, ast.FunctionDef) and n.name == "run"
    )
    assert run.end_lineno is not None
    body = run.end_lineno - run.body[0].lineno + 1
    assert body <= LONGEST_RUN
    assert run.returns is not None
    assert all(argument.annotation is not None for argument in (*run.args.args, *run.args.kwonlyargs))


def test_app_is_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 40


def test_no_utility_drawers() -> None:
    banned = {"utils", "helpers", "manager", "handler", "common", "misc"}
    assert not [p for p in SOURCES if banned & set(p.stem.split("_"))]


def test_requirements_have_bounds_and_caps() -> None:
    included = []
    for file in ("requirements.txt", "requirements-training.txt", "requirements-cluster.txt", "tests/requirements.txt"):
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines():
            if line.startswith("-r "):
                included.append((ROOT / file).parent / line.removeprefix("-r "))
            elif line and not line.startswith("#"):
                assert ">=" in line and ",<" in line, line
    assert [path.resolve() for path in included] == [ROOT / "requirements-training.txt"]  # the tests run the recipes


IMPORTED_AS = {"scikit-learn": "sklearn"}


def training_packages() -> set[str]:
    """The import names of what requirements-training.txt lists."""
    lines = (ROOT / "requirements-training.txt").read_text(encoding="utf-8").splitlines()
    names = (line.split(">=")[0] for line in lines if line and not line.startswith("#"))
    return {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names}


def test_packages_of_training_are_imported_there_alone(source: Path) -> None:
    if not module_name(source).startswith("cnn_core.training"):
        assert not {entry.split(".")[0] for entry in imports(source)} & training_packages()


def test_readme_has_exactly_two_set_up_commands_and_a_space_header() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert sum(line.startswith("python3 -m venv") for line in text.splitlines()) == 2
    header = text.split("---")[1]
    for key in (
        "sdk: gradio",
        "sdk_version:",
        "app_file: app.py",
        'python_version: "3.12"',
        "license: mit",
        "short_description:",
    ):
        assert key in header


def test_version_is_in_the_changelog() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
