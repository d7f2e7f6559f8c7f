"""Libraries that an integration needs, and that a base install does not hold."""


def missing(package: str, error: ImportError) -> ImportError:
    """What to raise where the library could not be imported: it names what to install."""
    return ImportError(
        f"this integration needs {package}: pip install {package} ({error})", name=error.name
    )
