"""Prints the folder of a candle-kernels crate that needs no nvcc; makes it first where it is not there.

usage: kernels.py HOST-TRIPLE

It is the published crate but for two files: a build script that takes its PTX from this folder, compiled here,
once, by NVIDIA's compiler as pip fetches it; and declarations of statically linked launchers (of quantised and
mixture-of-experts products, which Trainyard has none of) that abort instead.
"""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

COMPILER = [
    "nvidia-cuda-nvcc==13.0.88",
    "nvidia-cuda-crt==13.0.88",
    "nvidia-nvvm==13.0.88",
    "nvidia-cuda-runtime==13.0.96",
    "nvidia-cuda-cccl==13.0.85",
]
# The driver compiles this PTX for the GPU it finds: Ampere (sm_80) and all that came after.
ARCHITECTURE = "80"
# What nvcc 13.0 writes is labelled 9.0, which drivers before 580 refuse. Nothing in it needs more than 8.0
# (`ptxas` is asked), which those from 525 on take.
PTX_VERSION = "8.0"

BUILD_SCRIPT = '''\
//! Made by engine/cuda/kernels.py.
use std::{env, fs, path::Path};

fn main() {
    println!("cargo:rerun-if-changed=ptx");
    let out = env::var("OUT_DIR").unwrap();
    fs::copy("ptx/ptx.rs", Path::new(&out).join("ptx.rs")).unwrap();
    // cudarc's build script asks the linker for these; its code loads them when it runs.
    for library in ["cuda", "cublas", "cublasLt", "curand", "nvrtc"] {
        fs::write(Path::new(&out).join(format!("lib{library}.a")), b"!<arch>\\n").unwrap();
    }
    println!("cargo:rustc-link-search=native={out}");
}
'''


def main():
    target, published = locate()
    made_by = hashlib.sha256(pathlib.Path(__file__).read_bytes()).hexdigest()[:8]
    crate = target / "cuda" / f"{published.name}-{made_by}"
    if not crate.exists():
        draft = crate.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(published, draft, ignore=shutil.ignore_patterns("*.cu", "*.cuh", ".*"))
        compile_kernels(compiler(target / "cuda" / "compiler"), published / "src", draft / "ptx")
        (draft / "build.rs").write_text(BUILD_SCRIPT)
        ffi = draft / "src" / "ffi.rs"
        ffi.write_text(without_launchers(ffi.read_text()))
        draft.rename(crate)
    print(crate)


def locate():
    """The target folder, and candle-kernels as it was published."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    command += ["--features", "cuda", "--filter-platform", sys.argv[1]]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    manifests = [package["manifest_path"] for package in metadata["packages"] if package["name"] == "candle-kernels"]
    return pathlib.Path(metadata["target_directory"]), pathlib.Path(manifests[0]).parent


def compiler(folder):
    """Where NVIDIA's compiler is."""
    if not folder.exists():
        print("fetching NVIDIA's compiler (105 MB) …", file=sys.stderr)
        draft = folder.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary=:all:"]
        subprocess.run([*pip, "--target", draft, *COMPILER], check=True, stdout=sys.stderr)
        draft.rename(folder)
    return folder / "nvidia" / "cu13" / "bin"


def compile_kernels(tools, sources, ptx):
    """Compiles candle's kernels into `ptx`, with the constants that candle knows them by."""
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    # Those in folders, and the GGUF launchers, are what `without_launchers` leaves out.
    kernels = sorted(source for source in sources.glob("*.cu") if source.stem != "mmvq_gguf")
    options = ["-w", "--expt-relaxed-constexpr", "-std=c++17", "-O3", "--default-stream", "per-thread"]
    ptx.mkdir()

    def compile_one(source):
        print(f"compiling {source.name} …", file=sys.stderr)
        made = ptx / f"{source.stem}.ptx"
        nvcc = ["nvcc", "--ptx", f"-arch=compute_{ARCHITECTURE}", *options, "-o", made, source]
        subprocess.run(nvcc, check=True, env=environment, stdout=sys.stderr)
        made.write_text(re.sub(r"(?m)^\.version .*$", f".version {PTX_VERSION}", made.read_text()))
        check = ["ptxas", "-O0", f"-arch=sm_{ARCHITECTURE}", "-o", os.devnull, made]
        subprocess.run(check, check=True, env=environment, stdout=sys.stderr)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(compile_one, kernels))
    constant = 'pub const {}: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/ptx/{}.ptx"));\n'
    (ptx / "ptx.rs").write_text("".join(constant.format(kernel.stem.upper(), kernel.stem) for kernel in kernels))


def without_launchers(ffi):
    """Functions that abort in the place of declarations of C functions."""
    declaration = re.compile(r"pub fn (\w+)\((.*?)\)(\s*->\s*\w+)?;", re.DOTALL)
    head, _, declarations = ffi.partition('extern "C" {')
    body = declarations[: declarations.rindex("}")]
    stub = r'pub unsafe extern "C" fn \1(\2)\3 { unimplemented!("this build has no \1") }'
    body, count = declaration.subn(stub, body)
    if count != ffi.count("fn "):
        sys.exit("kernels.py does not understand the declarations of this candle-kernels")
    head = "\n".join(line for line in head.splitlines() if not line.startswith("#["))
    return f"#![allow(nonstandard_style, unused_variables, clippy::all)]\n{head}\n{body}"


main()
