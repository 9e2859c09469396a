"""An entry for a registry of one's own (models/README.md of Spotter): what was written, with sizes and hashes."""

import hashlib
import json


def write_registry(out, name, publisher, licence, graph):
    """Writes registry.json beside model/, for SPOTTER_REGISTRY.

    publisher and licence are (name or id, page); graph has the inputs and outputs of the ONNX file.
    """
    folder = out / "model"
    weights = folder / "onnx" / "model.onnx"
    others = [path for path in sorted(folder.iterdir()) if path.is_file()]
    entry = {
        "id": name,
        "title": f"{name}, exported from transformers",
        "role": "specialist",
        "specialist": "grounding-dino",
        "publisher": {"name": publisher[0], "url": publisher[1]},
        "licence": {"id": licence[0], "url": licence[1]},
        "contract": graph,
        "files": [pinned(path, folder) for path in others],
        "variants": {"fp32": {"weights": pinned(weights, folder)}},
        "default": "fp32",
        "sources": [{"kind": "folder", "path": "model"}],
    }
    (out / "registry.json").write_text(json.dumps({"models": [entry]}, indent=2) + "\n")


def pinned(path, folder):
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return {"path": path.relative_to(folder).as_posix(), "bytes": len(data), "sha256": digest}


TYPES = {"tensor(float)": "float32", "tensor(int64)": "int64"}


def contract_of(session):
    """What a graph takes and gives, as the registry says it."""

    def tensors(all_of):
        return [{"name": t.name, "type": TYPES[t.type], "shape": list(t.shape)} for t in all_of]

    return {"inputs": tensors(session.get_inputs()), "outputs": tensors(session.get_outputs())}
