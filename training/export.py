"""From trained weights to the folder that ships: the network in eight bits, the tokenizer, the card, the notice.

    PYTHONPATH=src python training/export.py --weights OUT/weights-N.safetensors --base BASE --to FOLDER

With `--compare CORPUS` it also says how near the eight-bit vectors are to those of the same weights in float32.
"""

import argparse
import hashlib
import json
import random
import shutil
import tempfile
from pathlib import Path

import graph
import numpy as np
import onnx
from corpus import passages
from safetensors.numpy import load_file

from waymark.index.encoder import Encoder, passage_input

NAME = "waymark-minilm-l6"
MAX_TOKENS = 192
DIMENSION = 384
COMPARED = 500
SHARE = 0.5  # chosen on the tune half (EFFECT.md)


def between(base: Path, weights: Path, share: float) -> dict[str, np.ndarray]:
    """Weights that lie `share` of the way from the base's to the trained ones.

    What training gains is mostly kept, and what it forgets is mostly not lost (Wortsman and others 2022,
    "Robust fine-tuning of zero-shot models").
    """
    start, end = load_file(base / "model.safetensors"), load_file(weights)
    return {name: (start[name] + share * (value - start[name])).astype(np.float32) for name, value in end.items()}


def export(weights: Path, base: Path, to: Path, trained: bool, share: float = 1.0, eight_bit: bool = True) -> None:
    """Write the four files of an encoder into folder `to`, which then loads with `waymark.index.encoder`.

    `weights` holds a BertModel's tensors; `base` is the folder of all-MiniLM-L6-v2 with its tokenizer.
    """
    to.mkdir(parents=True, exist_ok=True)
    state = between(base, weights, share) if trained else load_file(weights)
    network = to / "model.onnx"
    model = graph.build(state, positions=MAX_TOKENS, eight_bit=eight_bit)
    onnx.checker.check_model(model)
    network.write_bytes(model.SerializeToString(deterministic=True))

    # The tokenizer as it comes pads every text to 128 tokens and cuts there; the encoder sets its own limits.
    tokenizer = json.loads((base / "tokenizer.json").read_text("utf-8"))
    tokenizer["padding"] = tokenizer["truncation"] = None
    vocabulary = to / "tokenizer.json"
    vocabulary.write_text(json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), "utf-8")

    sha256 = hashlib.sha256(network.read_bytes()).hexdigest()
    card = {
        "name": NAME,
        "revision": sha256[:12],
        "trained": trained,
        "share": share,
        "base": "sentence-transformers/all-MiniLM-L6-v2",
        "dimension": DIMENSION,
        "max_tokens": MAX_TOKENS,
        "network_sha256": sha256,
        "tokenizer_sha256": hashlib.sha256(vocabulary.read_bytes()).hexdigest(),
        "licence": "Apache-2.0",
        "notice": "NOTICE",
    }
    (to / "model.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    shutil.copyfile(Path(__file__).parent / "NOTICE", to / "NOTICE")


def compare(weights: Path, base: Path, exported: Path, corpus: Path, share: float) -> np.ndarray:
    """The cosine of each of COMPARED passages' vectors with the vector of the same weights in float32."""
    chosen = random.Random(0).sample(list(passages(corpus)), COMPARED)
    texts = [passage_input(passage.title, passage.section, passage.text) for passage in chosen]
    with tempfile.TemporaryDirectory() as folder:
        export(weights, base, Path(folder), trained=True, share=share, eight_bit=False)
        exact = Encoder.load(Path(folder)).encode(texts)
    return (Encoder.load(exported).encode(texts) * exact).sum(axis=1)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True, help="safetensors of a BertModel")
    parser.add_argument("--base", type=Path, required=True, help="folder of all-MiniLM-L6-v2 (for the tokenizer)")
    parser.add_argument("--to", type=Path, required=True, help="folder to write")
    parser.add_argument("--share", type=float, default=SHARE, help="how far to go from the base to the trained weights")
    parser.add_argument("--untrained", action="store_true", help="say on the card that these are the base's weights")
    parser.add_argument("--float", action="store_true", help="keep float32 (for measuring; 90 MB)")
    parser.add_argument("--compare", type=Path, metavar="CORPUS", help="compare with float32 on passages of CORPUS")
    given = parser.parse_args()
    export(given.weights, given.base, given.to, not given.untrained, given.share, not given.float)
    if given.compare:
        cosines = compare(given.weights, given.base, given.to, given.compare, given.share)
        print(f"cosine with float32 on {COMPARED} passages: mean {cosines.mean():.4f}, least {cosines.min():.4f}")
