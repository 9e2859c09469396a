"""Makes a tiny CLIP in the published layout, and what the reference makes of texts and photos with it.

    pip install onnx tokenizers transformers numpy pillow
    python make.py        (in this folder; photos are ../../../examples)

The weights are random: it recognises nothing. Texts and pixels are those of Hugging Face transformers' CLIPTokenizerFast and
CLIPImageProcessor; the logits are computed with numpy, apart from ONNX.
"""
import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import CLIPImageProcessor, CLIPTokenizerFast

TEXTS = [
    "a photo of a dog", "a photo of a dog wearing a red vest", "a photo of a wooden chair", "A photo of  a WOMAN's hat!",
    "a photo of a person jumping", "two dogs, 12 cups & naïve café", "a photo of a striped cat lying down",
]
SPECIAL = ["<|startoftext|>", "<|endoftext|>"]
SIZE, HIDDEN, VOCABULARY = 32, 8, 600

tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>", unk_token=SPECIAL[1]))
tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
pattern = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
    pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True),
    pre_tokenizers.ByteLevel(add_prefix_space=False),
])
tokenizer.decoder = decoders.ByteLevel()
alphabet = pre_tokenizers.ByteLevel.alphabet()
trainer = trainers.BpeTrainer(vocab_size=VOCABULARY, special_tokens=SPECIAL, end_of_word_suffix="</w>", initial_alphabet=alphabet)
words = open("../../expression/expressions.txt", encoding="utf8").read().splitlines()
tokenizer.train_from_iterator(words + TEXTS, trainer)
start, end = (tokenizer.token_to_id(token) for token in SPECIAL)
tokenizer.post_processor = processors.RobertaProcessing(
    (SPECIAL[1], end), (SPECIAL[0], start), trim_offsets=False, add_prefix_space=False)
fast = CLIPTokenizerFast(tokenizer_object=tokenizer, unk_token=SPECIAL[1], bos_token=SPECIAL[0], eos_token=SPECIAL[1],
                         pad_token=SPECIAL[1], model_max_length=24)
fast.save_pretrained(".")

processor = CLIPImageProcessor(size={"shortest_edge": SIZE}, crop_size={"height": SIZE, "width": SIZE})
processor.save_pretrained(".")

random = np.random.default_rng(7)
embeddings = random.normal(size=(len(tokenizer.get_vocab()), HIDDEN)).astype(np.float32)
text_weights = random.normal(size=(HIDDEN, HIDDEN)).astype(np.float32)
image_weights = random.normal(size=(12, HIDDEN)).astype(np.float32)
scale = np.float32(10)


def normalised(x):
    return x / np.sqrt((x * x).sum(-1, keepdims=True))


def logits(pixels, ids, mask):
    pooled = pixels.reshape(len(pixels), 3, 2, SIZE // 2, 2, SIZE // 2).mean(axis=(3, 5)).reshape(len(pixels), 12)
    text = (embeddings[ids] * mask[..., None]).sum(1) @ text_weights
    return scale * normalised(pooled @ image_weights) @ normalised(text).T


def constant(name, value):
    return numpy_helper.from_array(np.asarray(value), name)


nodes = [
    helper.make_node("AveragePool", ["pixel_values"], ["pooled"], kernel_shape=[SIZE // 2, SIZE // 2], strides=[SIZE // 2, SIZE // 2]),
    helper.make_node("Flatten", ["pooled"], ["flat"]),
    helper.make_node("MatMul", ["flat", "image_weights"], ["image"]),
    helper.make_node("LpNormalization", ["image"], ["image_embeds"], axis=-1, p=2),
    helper.make_node("Gather", ["embeddings", "input_ids"], ["embedded"]),
    helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
    helper.make_node("Unsqueeze", ["mask", "last"], ["wide_mask"]),
    helper.make_node("Mul", ["embedded", "wide_mask"], ["masked"]),
    helper.make_node("ReduceSum", ["masked", "one"], ["summed"], keepdims=0),
    helper.make_node("MatMul", ["summed", "text_weights"], ["text"]),
    helper.make_node("LpNormalization", ["text"], ["text_embeds"], axis=-1, p=2),
    helper.make_node("Transpose", ["text_embeds"], ["text_turned"], perm=[1, 0]),
    helper.make_node("MatMul", ["image_embeds", "text_turned"], ["cosine"]),
    helper.make_node("Mul", ["cosine", "scale"], ["logits_per_image"]),
]
inputs = [
    helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["text_batch_size", "sequence_length"]),
    helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["image_batch_size", 3, SIZE, SIZE]),
    helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["text_batch_size", "sequence_length"]),
]
outputs = [helper.make_tensor_value_info("logits_per_image", TensorProto.FLOAT, ["image_batch_size", "text_batch_size"])]
initializers = [
    constant("embeddings", embeddings), constant("text_weights", text_weights), constant("image_weights", image_weights),
    constant("scale", scale), constant("last", np.array([-1], np.int64)), constant("one", np.array([1], np.int64)),
]
graph = helper.make_graph(nodes, "tiny-clip", inputs, outputs, initializers)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model)
onnx.save(model, "model.onnx")

photos = []
for name in ["two-dogs.jpg", "astronaut.jpg"]:
    image = Image.open(f"../../../examples/{name}").convert("RGB")
    pixels = processor(images=image, return_tensors="np")["pixel_values"]
    photos.append((name, pixels[0]))
encoded = fast(TEXTS, padding=True, truncation=True, return_tensors="np")
ids, mask = encoded["input_ids"], encoded["attention_mask"]
all_logits = logits(np.stack([p for _, p in photos]), ids, mask)
golden = {
    "texts": [{"text": text, "ids": [int(i) for i, m in zip(row, keep) if m]} for text, row, keep in zip(TEXTS, ids, mask)],
    "photos": [{
        "name": name,
        "mean": [float(v) for v in pixels.mean(axis=(1, 2))],
        "every97th": [round(float(v), 5) for v in pixels.reshape(-1)[::97]],
        "logits": [float(v) for v in row],
    } for (name, pixels), row in zip(photos, all_logits)],
}
json.dump(golden, open("golden.json", "w"), indent=1, ensure_ascii=False)
