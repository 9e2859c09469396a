"""Small models of both classes, randomly initialised: they find nothing, and show that the way in and out is right."""

import torch
from transformers import (
    BertConfig,
    GroundingDinoConfig,
    GroundingDinoForObjectDetection,
    MMGroundingDinoConfig,
    MMGroundingDinoForObjectDetection,
    SwinConfig,
)

CLASSES = {
    "grounding-dino": (GroundingDinoConfig, GroundingDinoForObjectDetection),
    "mm-grounding-dino": (MMGroundingDinoConfig, MMGroundingDinoForObjectDetection),
}


def small_model(kind, seed=1):
    config_class, model_class = CLASSES[kind]
    torch.manual_seed(seed)
    config = config_class(
        backbone_config=SwinConfig(
            embed_dim=24, depths=[1, 1, 2, 1], num_heads=[1, 2, 4, 8], window_size=7, out_indices=[2, 3, 4]
        ),
        text_config=BertConfig(hidden_size=48, num_hidden_layers=2, num_attention_heads=4, intermediate_size=96),
        d_model=64,
        encoder_layers=2,
        encoder_ffn_dim=128,
        encoder_attention_heads=4,
        decoder_layers=2,
        decoder_ffn_dim=128,
        decoder_attention_heads=4,
        num_queries=100,
    )
    return model_class(config)
