"""Teaches the network that reads urgent messages beside the linear recogniser, and writes the folder that ships.

    PYTHONPATH=src:. python -m training.urgent_network --base FOLDER                # teach on all, write, 20 minutes on a core
    PYTHONPATH=src:. python -m training.urgent_network --base FOLDER --without third  # how it does on a writer it never saw

It learns from what the linear recogniser learns from (`urgent_recogniser.py`), each message changed anew in every epoch: slips of
the finger, lost accents, lost marks. FOLDER is what `urgent_base.py` writes. Needs torch; the product does not.
"""

import argparse
import hashlib
import json
import math
import random
import shutil
import sys
import time
from collections.abc import Collection
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional
from training.urgent_base import without_accents
from training.urgent_recogniser import (
    MIXED,
    WRITERS,
    among_questions,
    general,
    named,
    patients_questions,
    questions_to_mix,
    rows,
    slipped,
    tuning,
    written,
)

from waymark.answering.urgent import by_themselves
from waymark.answering.urgent_reader import network_input
from waymark.answering.urgent_table import table, told
from waymark.answering.urgent_words import sentences

TO = Path(__file__).parents[1] / "src" / "waymark" / "answering" / "urgent_network"
WIDTH, HEADS, EPSILON = 384, 12, 1e-12
LAYERS, EPOCHS, BATCH, RATE, HEAD_RATE, DROPOUT = 5, 4, 32, 1e-4, 1e-3, 0.1
DECAY = 0.85  # of the rate from each layer to the one below it
SMOOTHING = 0.03
SIGN_SHARE = 0.3  # of the loss over signs beside the one over urgent and calm
QUESTIONS = 700  # of MedQuAD, general ones
POSITIONS = 160
BEGINNING, END = 0, 2
SHORT_MESSAGE = 25  # words; what is measured among general questions
PATIENTS = patients_questions()
OLDER_WEIGHT, GENERAL_WEIGHT, WRITTEN_WEIGHT, STRANGER_WEIGHT = 0.5, 0.5, 1.0, 1.5


def messages_to_learn(without: Collection[str] = (), questions: int = QUESTIONS) -> list[tuple[str, str | None, float]]:
    """Return (message, sign or None, weight); `without`: writers who are left out."""
    found = [(text, sign, OLDER_WEIGHT) for text, sign in rows("wordings") + rows("messages", "tuning")]
    found += [(text, None, GENERAL_WEIGHT) for text, _ in (general()[:questions] if questions else [])]
    found += [(text, sign, WRITTEN_WEIGHT) for text, sign in written()]
    for writer in WRITERS:
        if writer not in without:
            found += [(text, sign, STRANGER_WEIGHT) for text, sign in tuning(writer)]
    return found


def all_signs() -> list[str]:
    return sorted({named(sign) for _, sign in rows("messages") + rows("wordings") + rows("blind") + written() if sign})


def varied(text: str, chance: random.Random, questions: list[str]) -> str:
    if chance.random() < MIXED:
        text = among_questions(text, questions, chance)
    if chance.random() < 0.35:
        text = slipped(text, chance)
    if chance.random() < 0.35:
        text = without_accents(text)
    if chance.random() < 0.25:
        text = "".join(letter for letter in text if letter not in ".,;:!?¿¡")
    if chance.random() < 0.15:
        text = text.replace("'", "").replace("’", "")
    return text


class Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.mixed = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.first_norm, self.second_norm = nn.LayerNorm(WIDTH, eps=EPSILON), nn.LayerNorm(WIDTH, eps=EPSILON)
        self.wide, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, hidden, mask):
        texts, length, _ = hidden.shape
        query, key, value = (
            part(hidden).view(texts, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        dropout = DROPOUT if self.training else 0.0
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, dropout_p=dropout)
        seen = self.mixed(seen.transpose(1, 2).reshape(texts, length, WIDTH))
        hidden = self.first_norm(hidden + functional.dropout(seen, DROPOUT, self.training))
        wide = self.narrow(functional.gelu(self.wide(hidden)))
        return self.second_norm(hidden + functional.dropout(wide, DROPOUT, self.training))


# A layer's parts and a BertModel's names for them.
NAMES = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "mixed": "attention.output.dense",
    "first_norm": "attention.output.LayerNorm",
    "wide": "intermediate.dense",
    "narrow": "output.dense",
    "second_norm": "output.LayerNorm",
}


class Network(nn.Module):
    def __init__(self, base: dict[str, np.ndarray], layers: int, signs: int) -> None:
        super().__init__()
        # Word embeddings stay as they were: the messages hold too few of the words to move them well.
        self.words = nn.Embedding.from_pretrained(torch.tensor(base["embeddings.word_embeddings.weight"]))
        kinds = base["embeddings.token_type_embeddings.weight"]
        self.places = nn.Parameter(torch.tensor(base["embeddings.position_embeddings.weight"] + kinds[:1]))
        self.norm = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.urgent, self.sign = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, signs)
        own = self.state_dict()
        for mine, theirs in self.names().items():
            own[mine].copy_(torch.tensor(base[theirs]))

    def names(self) -> dict[str, str]:
        found = {f"norm.{part}": f"embeddings.LayerNorm.{part}" for part in ("weight", "bias")}
        for at in range(len(self.layers)):
            for mine, theirs in NAMES.items():
                for part in ("weight", "bias"):
                    found[f"layers.{at}.{mine}.{part}"] = f"encoder.layer.{at}.{theirs}.{part}"
        return found

    def forward(self, tokens, mask):
        hidden = self.norm(self.words(tokens) + self.places[: tokens.shape[1]])
        hidden = functional.dropout(hidden, DROPOUT, self.training)
        for layer in self.layers:
            hidden = layer(hidden, mask[:, None, None, :])
        read = mask.float()[..., None]
        pooled = functional.dropout((hidden.float() * read).sum(1) / read.sum(1), DROPOUT, self.training)
        return self.urgent(pooled)[:, 0], self.sign(pooled)

    def bert(self) -> dict[str, np.ndarray]:
        """Return the weights with a BertModel's names, and both heads as one."""
        state = {name: value.detach().numpy() for name, value in self.state_dict().items()}
        found = {theirs: state[mine] for mine, theirs in self.names().items()}
        found["embeddings.word_embeddings.weight"] = state["words.weight"]
        found["embeddings.position_embeddings.weight"] = state["places"]
        found["embeddings.token_type_embeddings.weight"] = np.zeros((1, WIDTH), np.float32)
        for part in ("weight", "bias"):
            found[f"heads.{part}"] = np.concatenate([state[f"urgent.{part}"], state[f"sign.{part}"]])
        return found


def token_lists(texts: list[str], pieces: Tokenizer) -> list[list[int]]:
    half, found = POSITIONS // 2 - 1, []
    for text in texts:
        tokens = pieces.encode(network_input(text), add_special_tokens=False).ids
        found.append([BEGINNING, *(tokens if len(tokens) <= 2 * half else tokens[:half] + tokens[-half:]), END])
    return found


def padded(lists: list[list[int]]):
    tokens = torch.ones(len(lists), max(map(len, lists)), dtype=torch.long)
    mask = torch.zeros(tokens.shape, dtype=torch.bool)
    for at, one in enumerate(lists):
        tokens[at, : len(one)] = torch.tensor(one)
        mask[at, : len(one)] = True
    return tokens, mask


@torch.no_grad()
def heard(network: Network, texts: list[str], pieces: Tokenizer) -> tuple[np.ndarray, np.ndarray]:
    """Return the log-odds of urgent for each text, and each sign's share."""
    network.eval()
    read = [network(*padded([one])) for one in token_lists(texts, pieces)]
    told = torch.cat([told for told, _ in read])
    return told.numpy(), torch.cat([which for _, which in read]).softmax(1).numpy()


def teach(base: Path, learnt: list[tuple[str, str | None, float]], seed: int) -> tuple[Network, Tokenizer]:
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    chance = random.Random(seed)
    pieces = Tokenizer.from_file(str(base / "tokenizer.json"))
    place = {sign: at for at, sign in enumerate(all_signs())}
    questions = questions_to_mix(learnt)
    network = Network(load_file(base / "base.safetensors"), LAYERS, len(place))
    groups = [{"params": [*network.urgent.parameters(), *network.sign.parameters()], "lr": HEAD_RATE}]
    for at, layer in enumerate(network.layers):
        groups.append({"params": list(layer.parameters()), "lr": RATE * DECAY ** (LAYERS - 1 - at)})
    groups.append({"params": [network.places, *network.norm.parameters()], "lr": RATE * DECAY**LAYERS})
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = EPOCHS * math.ceil(len(learnt) / BATCH)
    rate = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / (0.1 * steps)) * max(0.02, 1 - step / steps)
    )
    began = time.monotonic()
    for epoch in range(EPOCHS):
        network.train()
        lists = token_lists([varied(text, chance, questions) for text, _, _ in learnt], pieces)
        order = list(range(len(learnt)))
        chance.shuffle(order)
        pools = [
            sorted(order[at : at + 16 * BATCH], key=lambda i: len(lists[i])) for at in range(0, len(order), 16 * BATCH)
        ]
        batches = [pool[at : at + BATCH] for pool in pools for at in range(0, len(pool), BATCH)]
        chance.shuffle(batches)
        total = 0.0
        for batch in batches:
            urgent = torch.tensor([float(learnt[i][1] is not None) for i in batch])
            weight = torch.tensor([learnt[i][2] for i in batch])
            sign = torch.tensor([place.get(learnt[i][1], -100) for i in batch])
            with torch.autocast("cpu", torch.bfloat16):
                told, which = network(*padded([lists[i] for i in batch]))
            aim = urgent * (1 - 2 * SMOOTHING) + SMOOTHING
            loss = (functional.binary_cross_entropy_with_logits(told.float(), aim, reduction="none") * weight).mean()
            if (sign >= 0).any():
                loss = loss + SIGN_SHARE * functional.cross_entropy(
                    which.float(), sign, ignore_index=-100, label_smoothing=0.05
                )
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            rate.step()
            total += float(loss.detach())
        print(f"epoch {epoch + 1}: loss {total / len(batches):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return network, pieces


def mixed(text: str) -> str:
    """Return a message among two of the patients' questions, drawn by the message itself; a long one as it is."""
    return among_questions(text, PATIENTS, random.Random(text), 2) if len(text.split()) <= SHORT_MESSAGE else text


def alone(text: str) -> list[str]:
    """Return the sentences of a message that are judged by themselves too."""
    read = sentences(text, table().spelling)
    return [part for _, part, _ in by_themselves(text, read, told(read, table()), table())]


def write(state: dict[str, np.ndarray], base: Path, signs: list[str]) -> None:
    """Write the folder that ships: the network in eight bits, the pieces, the card."""
    sys.path.insert(0, str(Path(__file__).parent))
    import graph

    TO.mkdir(exist_ok=True)
    model = graph.build_with_heads(state, POSITIONS, eight_bit=True, layers=LAYERS)
    (TO / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    shutil.copyfile(base / "tokenizer.json", TO / "tokenizer.json")
    files = {name: hashlib.sha256((TO / name).read_bytes()).hexdigest() for name in ("model.onnx", "tokenizer.json")}
    card = {
        "name": "waymark-urgent",
        "base": "intfloat/multilingual-e5-small",
        "layers": LAYERS,
        "max_tokens": POSITIONS,
        "licence": "MIT",
        "notice": "NOTICE",
        "sha256": files,
        "signs": signs,
    }
    (TO / "model.json").write_text(json.dumps(card, indent=2) + "\n", "utf-8")
    print({file.name: f"{file.stat().st_size / 1e6:.2f} MB" for file in sorted(TO.iterdir())})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--without", default="", help="writers to leave out, with commas between")
    parser.add_argument(
        "--scores", type=Path, help="folder for each left-out writer's log-odds and shares (WRITER.npz)"
    )
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    without = [writer for writer in given.without.split(",") if writer]
    taught, pieces = teach(given.base, messages_to_learn(without), given.seed)
    for writer in without:
        asked = tuning(writer)
        texts = sorted({part for text, _ in asked for one in (text, mixed(text)) for part in (one, *alone(one))})
        scores, shares = heard(taught, texts, pieces)
        score = dict(zip(texts, scores.tolist(), strict=True))
        for urgent, words in ((True, "urgent seen"), (False, "calm alarmed")):
            group = [score[text] > 0 for text, sign in asked if (sign is not None) is urgent]
            print(f"{writer}: {np.mean(group):.3f} {words}")
        if given.scores:
            np.savez(given.scores / f"{writer}.npz", texts=texts, scores=scores, shares=shares, signs=all_signs())
    if not without:
        write(taught.bert(), given.base, all_signs())
