"""Runs the texts that lie in a folder on the weights and inputs beside them; see `code-parity`."""

import importlib.util
import pathlib
import sys

import torch
from safetensors.torch import load_file

TOLERANCE = 1e-4


def module(file):
    spec = importlib.util.spec_from_file_location(file.parent.name.replace("-", "_"), file)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def renamed(tensors, wanted):
    """The engine's tensors under the names of a module's state."""
    state = {}
    for name, tensor in tensors.items():
        # Nodes of blocks have points in their names, and so have some parameters.
        parts = name.split(".")
        own = 2 if parts[-2] == "out_proj" else 1
        node, parameter = "_".join(parts[:-own]).replace("-", "_"), ".".join(parts[-own:])
        names = [f"{node}.{parameter}", f"{node}.{parameter.removesuffix('_reverse')}_l0"]
        names.append(names[1] + "_reverse" if parameter.endswith("_reverse") else names[1])
        if parameter.endswith("_reverse"):
            names.pop(1)
        # Projections of their own: `q_proj_weight`, or three in one.
        names.append(f"{node}.{parameter.replace('_proj_', '_proj.')}")
        found = next((each for each in names if each in wanted), None)
        if found is None and parameter.startswith("in_proj_"):
            part = parameter.removeprefix("in_proj_")
            parts = [f"{node}.{which}_proj.{part}" for which in "qkv"]
            state.update(zip(parts, tensor.split([wanted[each].shape[0] for each in parts])))
            continue
        assert found, f"{name} is none of {list(wanted)}"
        state[found] = tensor
    return state


def main(folder):
    failed = False
    for case in sorted(folder.iterdir()):
        tensors = load_file(case / "tensors.safetensors")
        expected = tensors.pop("output")
        given = [tensors.pop(f"input.{place}") for place in range(sum(name.startswith("input.") for name in tensors))]
        given = [each.long() if each.dtype == torch.uint32 else each for each in given]
        torch.manual_seed(1)
        model = module(case / "model_torch.py").Model().eval()
        wanted = {name: tensor for name, tensor in model.state_dict().items() if "num_batches" not in name}
        state = renamed(tensors, wanted)
        assert set(state) == set(wanted), set(wanted) ^ set(state)
        model.load_state_dict(state, strict=False)
        with torch.no_grad():
            got = model(*given)
        assert got.shape == expected.shape, f"{case.name}: {got.shape}, not {expected.shape}"
        apart = (got - expected).abs().max().item()
        failed |= not apart <= TOLERANCE
        print(f"{case.name:16} PyTorch {apart:.1e}{'' if apart <= TOLERANCE else '  ← too far'}{keras(case, model, given)}")
    return failed


def keras(case, other, given):
    """Builds Keras' text and holds its parameters and the shape it gives against PyTorch's."""
    file = case / "model_keras.py"
    if importlib.util.find_spec("keras") is None or not file.exists():
        return ""
    model = module(file).model
    trained = sum(weight.numel() for weight in other.parameters())
    counted = sum(weight.value.numel() for weight in model.trainable_weights)
    shape = list(other(*given).shape)
    if len(shape) == 4:
        shape = [shape[0], shape[2], shape[3], shape[1]]
    images = [each.permute(0, 2, 3, 1) if each.dim() == 4 else each for each in given]
    got = list(model(images if len(images) > 1 else images[0]).shape)
    assert got == shape, f"{case.name}: Keras gives {got}, not {shape}"
    note = "" if counted == trained else f" ({counted} parameters, not {trained})"
    return f"   Keras {got}{note}"


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
