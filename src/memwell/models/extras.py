"""Optional packages, looked for before they are imported."""

from importlib.util import find_spec

from memwell.core.errors import ModelUnavailable


def need_local(what: str, *modules: str) -> None:
    """Raises ModelUnavailable when a package of the extra `local` is missing, naming it."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        raise ModelUnavailable(f"{what} needs {', '.join(missing)}: pip install 'memwell[local]'")
