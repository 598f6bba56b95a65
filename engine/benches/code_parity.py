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


def several(outputs):
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def main(folder):
    failed = False
    for case in sorted(folder.iterdir()):
        tensors = load_file(case / "tensors.safetensors")
        every = lambda which: [
            tensors.pop(f"{which}.{place}") for place in range(sum(name.startswith(f"{which}.") for name in tensors))
        ]
        expected, given = every("output"), every("input")
        given = [each.long() if each.dtype == torch.uint32 else each for each in given]
        torch.manual_seed(1)
        model = module(case / "model_torch.py").Model().eval()
        wanted = {name: tensor for name, tensor in model.state_dict().items() if "num_batches" not in name}
        state = renamed(tensors, wanted)
        assert set(state) == set(wanted), set(wanted) ^ set(state)
        model.load_state_dict(state, strict=False)
        with torch.no_grad():
            got = several(model(*given))
        shapes = [[each.shape for each in these] for these in (got, expected)]
        assert shapes[0] == shapes[1], f"{case.name}: {shapes[0]}, not {shapes[1]}"
        apart = max((ours - theirs).abs().max().item() for ours, theirs in zip(got, expected))
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
    shapes = [list(each.shape) for each in several(other(*given))]
    shapes = [[each[0], each[2], each[3], each[1]] if len(each) == 4 else each for each in shapes]
    images = [each.permute(0, 2, 3, 1) if each.dim() == 4 else each for each in given]
    got = [list(each.shape) for each in several(model(images if len(images) > 1 else images[0]))]
    assert got == shapes, f"{case.name}: Keras gives {got}, not {shapes}"
    note = "" if counted == trained else f" ({counted} parameters, not {trained})"
    return f"   Keras {got}{note}"


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
