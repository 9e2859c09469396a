"""What transformers makes of texts and pictures, in the files that `spotter models parity` reads."""

import json

import numpy as np
import torch
from PIL import Image

TEXTS = ["a dog.", "a cat. a dog.", "the man in the blue shirt. a red bus. wine glass.", "who is it?", "e-mail, 3.5 tons."]
PROMPTS = ["a dog.", "a cat. a dog. wine glass."]
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def write_golden(model, tokenizer, folder, photos, side, delimiters):
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "runs").mkdir(exist_ok=True)
    write(folder / "text.json", [text_vector(tokenizer, text, delimiters) for text in TEXTS])
    pictures = [square(photo, folder, side) for photo in photos] or [noise(folder, side)]
    runs = []
    for picture in pictures:
        for prompt in PROMPTS:
            runs.append(run(model, tokenizer, picture, prompt, len(runs), folder))
    write(folder / "runs.json", runs)


def write(path, value):
    path.write_text(json.dumps(value) + "\n")


def text_vector(tokenizer, text, delimiters):
    encoded = tokenizer(text, return_offsets_mapping=True)
    return {
        "text": text,
        "input_ids": encoded["input_ids"],
        "attention_mask": encoded["attention_mask"],
        "token_type_ids": encoded.get("token_type_ids", [0] * len(encoded["input_ids"])),
        "offsets": [list(offset) for offset in encoded["offset_mapping"]],
        "phrase_token_positions": phrases(encoded["input_ids"], delimiters),
    }


def phrases(ids, delimiters):
    """Places of the tokens between delimiters, phrase by phrase."""
    found, current = [], []
    for place, token in enumerate(ids):
        if token not in delimiters:
            current.append(place)
        elif current:
            found.append(current)
            current = []
    return found + ([current] if current else [])


def square(photo, folder, side):
    picture = Image.open(photo).convert("RGB").resize((side, side), Image.BILINEAR)
    path = folder / "images" / f"{photo.stem}.square.png"
    picture.save(path)
    return path


def noise(folder, side):
    """Smooth colours, so that a model without photos at hand has something to look at."""
    coarse = np.random.default_rng(1).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    path = folder / "images" / "colours.square.png"
    Image.fromarray(coarse).resize((side, side), Image.BICUBIC).save(path)
    return path


def run(model, tokenizer, picture, prompt, number, folder):
    pixels = (np.asarray(Image.open(picture), dtype=np.float64) / 255 - MEAN) / STD
    values = torch.tensor(pixels.transpose(2, 0, 1)[None], dtype=torch.float32)
    encoded = tokenizer(prompt, return_tensors="pt")
    with torch.no_grad():
        out = model(pixel_values=values, pixel_mask=torch.ones(values.shape[0], *values.shape[2:], dtype=torch.int64), **encoded)
    ids = encoded["input_ids"][0].tolist()
    # Logits are padded to the longest text with -inf; what is compared is the prompt's own tokens.
    logits = out.logits[0, :, : len(ids)].numpy().astype("<f4")
    boxes = out.pred_boxes[0].numpy().astype("<f4")
    logits.tofile(folder / "runs" / f"{number}.logits.f32")
    boxes.tofile(folder / "runs" / f"{number}.boxes.f32")
    return {
        "run": number,
        "image": f"images/{picture.name}",
        "text": prompt,
        "input_ids": ids,
        "logits": f"runs/{number}.logits.f32",
        "logits_shape": list(logits.shape),
        "boxes": f"runs/{number}.boxes.f32",
        "boxes_shape": list(boxes.shape),
        "post": [],
    }
