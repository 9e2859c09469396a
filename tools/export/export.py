"""Turns a Grounding DINO of Hugging Face transformers into the ONNX layout that Spotter's registry reads.

    python export.py CHECKPOINT OUT [--side 800]
    python export.py --random grounding-dino|mm-grounding-dino OUT --tokenizer FOLDER

CHECKPOINT is a folder or the name of a repository, of GroundingDinoForObjectDetection or
MMGroundingDinoForObjectDetection. OUT gets model/ (config, preprocessor, tokenizer, onnx/model.onnx) and golden/ (what
transformers makes of some texts and pictures, for `spotter models parity OUT/model OUT/golden`).
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModelForZeroShotObjectDetection, AutoTokenizer

from golden import write_golden
from registry import contract_of, write_registry
from small import small_model

# What ends a phrase: [CLS], [SEP], "." and "?" of BERT, as the models' own code has it.
DELIMITERS = (101, 102, 1012, 1029)
OPSET = 17
# Up to which a row counts as the same, of logits and of boxes in shares of the picture.
LIMIT = 1e-4


def masks_by_phrase(input_ids, special_tokens):
    """Which tokens see each other (those of one phrase and its delimiter), and their places in the phrase.

    The same as the function of this name in transformers, without cummax, which ONNX does not have.
    """
    length = input_ids.shape[1]
    index = torch.arange(length, device=input_ids.device).unsqueeze(0).expand_as(input_ids)
    special = (input_ids.unsqueeze(-1) == special_tokens).any(-1)
    # [i, j]: whether token j is a delimiter before token i, or one from token i on.
    before = special.unsqueeze(1) & (index.unsqueeze(1) < index.unsqueeze(2))
    after = special.unsqueeze(1) & (index.unsqueeze(1) >= index.unsqueeze(2))
    columns = index.unsqueeze(1).expand_as(before)
    previous = torch.where(before, columns, torch.full_like(columns, -1)).amax(-1)
    following = torch.where(after, columns, torch.zeros_like(columns) + length).amin(-1)
    inside = (following != 0) & (following != length - 1) & (following != length)
    same = (following.unsqueeze(2) == following.unsqueeze(1)) & inside.unsqueeze(1)
    itself = index.unsqueeze(1) == index.unsqueeze(2)
    places = torch.where(inside, index - previous - 1, torch.zeros_like(index)).clamp(min=0)
    return same | itself, places


class Graph(torch.nn.Module):
    """The model with the inputs and outputs that the registry's contract names."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values, input_ids, token_type_ids, attention_mask, pixel_mask):
        out = self.model(
            pixel_values=pixel_values,
            input_ids=input_ids,
            token_type_ids=token_type_ids,
            attention_mask=attention_mask,
            pixel_mask=pixel_mask,
        )
        return out.logits, out.pred_boxes


def replace_masks(model):
    """Has the model use the masks above, wherever its own module calls them."""
    import sys

    module = sys.modules[type(model).__module__]
    module.generate_masks_with_special_tokens_and_transfer_map = masks_by_phrase


def dummy(side, length):
    ids = torch.tensor([[101, 1037, 3899, 1012] + [1037, 4937, 1012] * ((length - 5) // 3) + [102]])
    return (
        torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(1)),
        ids,
        torch.zeros_like(ids),
        torch.ones_like(ids),
        torch.ones(1, side, side, dtype=torch.int64),
    )


NAMES = ("pixel_values", "input_ids", "token_type_ids", "attention_mask", "pixel_mask")


def export(model, path, side):
    path.parent.mkdir(parents=True, exist_ok=True)
    text = {0: "batch", 1: "sequence"}
    torch.onnx.export(
        # The exporter puts back the mode it finds: one that trains would drop values out afterwards.
        Graph(model).eval(),
        dummy(side, 8),
        str(path),
        input_names=list(NAMES),
        output_names=["logits", "pred_boxes"],
        dynamic_axes={"input_ids": text, "token_type_ids": text, "attention_mask": text},
        opset_version=OPSET,
        do_constant_folding=True,
        dynamo=False,
    )
    single_precision(path)


def single_precision(path):
    """Casts what is sampled at to single precision: the exporter makes places double, which ONNX Runtime does not sample."""
    import onnx

    model = onnx.load(str(path))
    nodes = []
    for node in model.graph.node:
        if node.op_type == "GridSample":
            cast = f"{node.name}/single"
            nodes.append(onnx.helper.make_node("Cast", [node.input[1]], [cast], name=cast, to=onnx.TensorProto.FLOAT))
            node.input[1] = cast
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.save(model, str(path))


def opened(path):
    import onnxruntime

    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def compare(model, path, side):
    """How many rows of the graph are not those of the model, on a prompt of another length than was traced, and of how many.

    Two proposals of nearly the same score may change places; both rows then differ altogether.
    """
    session = opened(path)
    known = {i.name for i in session.get_inputs()}
    inputs = dummy(side, 14)
    with torch.no_grad():
        theirs = [t.numpy()[0] for t in Graph(model)(*inputs)]
    ours = [o[0] for o in session.run(None, {n: v.numpy() for n, v in zip(NAMES, inputs) if n in known})]
    # Padding is -inf in both.
    with np.errstate(invalid="ignore"):
        apart = [np.abs(np.where(np.isfinite(t), o - t, 0)).max(-1) for o, t in zip(ours, theirs)]
    return int(((apart[0] > LIMIT) | (apart[1] > LIMIT)).sum()), len(apart[0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", nargs="?", help="folder or repository")
    parser.add_argument("out", type=Path)
    parser.add_argument("--random", choices=["grounding-dino", "mm-grounding-dino"], help="a small untrained model")
    parser.add_argument("--tokenizer", help="folder of the tokenizer; of the checkpoint unless told")
    parser.add_argument("--side", type=int, default=800, help="pixels of the square that pictures are made into")
    parser.add_argument("--photos", type=Path, nargs="*", default=[], help="photos for golden vectors")
    parser.add_argument("--name", help="id in the registry; of the checkpoint unless told")
    parser.add_argument("--publisher", nargs=2, metavar=("NAME", "PAGE"), default=["not told", "https://huggingface.co"])
    parser.add_argument(
        "--licence", nargs=2, metavar=("ID", "PAGE"), default=["not-told", "https://huggingface.co"], help="of the weights"
    )
    args = parser.parse_args()
    if not args.random and not args.checkpoint:
        parser.error("name a checkpoint, or --random")

    if args.random:
        model, tokens = small_model(args.random), args.tokenizer
        if not tokens:
            parser.error("--random needs --tokenizer")
    else:
        model = AutoModelForZeroShotObjectDetection.from_pretrained(args.checkpoint)
        tokens = args.tokenizer or args.checkpoint
    tokenizer = AutoTokenizer.from_pretrained(tokens)
    model.eval()
    folder = args.out / "model"
    folder.mkdir(parents=True, exist_ok=True)
    model.config.to_json_file(folder / "config.json", use_diff=False)
    tokenizer.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor(args.side), indent=2) + "\n")

    # Golden vectors come from the model as it is, before anything is replaced.
    write_golden(model, tokenizer, args.out / "golden", args.photos, args.side, DELIMITERS)
    replace_masks(model)
    path = folder / "onnx" / "model.onnx"
    export(model, path, args.side)
    differing, rows = compare(model, path, args.side)
    name = args.name or (f"random-{args.random}" if args.random else Path(args.checkpoint).name.lower().replace("_", "-"))
    write_registry(args.out, name, args.publisher, args.licence, contract_of(opened(path)))
    print(f"{path}: {differing} of {rows} rows differ by more than {LIMIT} from {type(model).__name__}")


def preprocessor(side):
    """A square of one size: a graph that was traced is of one size."""
    return {
        "do_normalize": True,
        "do_pad": True,
        "do_rescale": True,
        "do_resize": True,
        "format": "coco_detection",
        "image_mean": [0.485, 0.456, 0.406],
        "image_processor_type": "GroundingDinoImageProcessor",
        "image_std": [0.229, 0.224, 0.225],
        "resample": 2,
        "rescale_factor": 1 / 255,
        "size": {"height": side, "width": side},
        "processor_class": "GroundingDinoProcessor",
    }


if __name__ == "__main__":
    main()
