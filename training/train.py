"""Train the encoder further on questions about cancer, and write its weights.

    PYTHONPATH=src python training/train.py --corpus CORPUS --eval EVAL --base BASE --out OUT

CORPUS is a folder of Markdown pages with front matter, EVAL holds `cancergov-dev` and `training`, BASE is the
folder of all-MiniLM-L6-v2. OUT gets `weights-N.safetensors` after each N of --keep steps. Then: `export.py`.
"""

import argparse
import os
import time
from pathlib import Path

import torch
from corpus import Passage, passages
from halves import TEST, TUNE, gold_documents
from pairs import BATCH, Pair, Sampler
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

SEED = 20261121
RATE = 4e-5
WARM_UP = 30
TEMPERATURE = 0.05
PASSAGE_TOKENS, QUESTION_TOKENS = 160, 48
TOGETHER = 16
AVERAGING = 0.97  # the weights kept are a running mean over about the last thirty steps
SHARED_WORDS = 0.5  # a page that shares this much of its paragraphs with a gold page counts as a copy of it


def training_passages(corpus: Path, evaluation: Path) -> list[Passage]:
    """The corpus less every page that is gold in either half of the topics, or is largely a copy of one."""
    gold = gold_documents(evaluation / "cancergov-dev", (TUNE, TEST))
    every = list(passages(corpus))
    gold_texts = {passage.text for passage in every if passage.document in gold}
    count: dict[str, list[int]] = {}
    for passage in every:
        seen = count.setdefault(passage.document, [0, 0])
        seen[0] += passage.text in gold_texts
        seen[1] += 1
    left_out = gold | {name for name, (shared, n) in count.items() if shared / n >= SHARED_WORDS}
    kept = [passage for passage in every if passage.document not in left_out]
    print(f"{len(every)} passages; {len(left_out)} of {len(count)} pages left out; {len(kept)} passages to learn from")
    return kept


def base_model(base: Path) -> BertModel:
    """The network with the base's weights and no dropout (the runs are short)."""
    config = BertConfig.from_pretrained(base, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
    model = BertModel(config, add_pooling_layer=False)
    weights = {k: v for k, v in load_file(base / "model.safetensors").items() if "pooler" not in k and "_ids" not in k}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if unexpected or any("ids" not in name for name in missing):
        raise SystemExit(f"{base} does not hold the weights of all-MiniLM-L6-v2: {missing} {unexpected}")
    # A few hundred steps see too few of the 30,000 words to move them well, and this way each step is cheaper.
    model.embeddings.word_embeddings.weight.requires_grad_(False)
    return model


def vectors(model: BertModel, tokenizer: Tokenizer, texts: list[str], most: int) -> torch.Tensor:
    """One row of length one for each text; texts of like length go together, so that little is padding."""
    tokenizer.enable_truncation(most)
    tokenizer.no_padding()
    encoded = [e.ids for e in tokenizer.encode_batch(texts)]
    order = sorted(range(len(texts)), key=lambda i: len(encoded[i]))
    rows = []
    for start in range(0, len(order), TOGETHER):
        part = [encoded[i] for i in order[start : start + TOGETHER]]
        # Few different lengths: for each new shape the CPU library compiles its kernels anew.
        longest = min(most, -(-len(part[-1]) // 32) * 32)
        ids = torch.tensor([tokens + [0] * (longest - len(tokens)) for tokens in part])
        mask = torch.tensor([[1] * len(tokens) + [0] * (longest - len(tokens)) for tokens in part])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).float()
        rows.append((hidden.float() * weight).sum(1) / weight.sum(1))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.nn.functional.normalize(torch.cat(rows)[back], dim=-1)


def loss(questions: torch.Tensor, answers: torch.Tensor, pairs: list[Pair]) -> torch.Tensor:
    """Each question should find its passage among the batch's, and each passage its question.

    Pairs that ask the same words, or are of the same place, are not counted against each other.
    """
    scores = questions @ answers.T / TEMPERATURE
    words = [pair.question.lower() for pair in pairs]
    same = torch.tensor(
        [
            [i != j and (words[i] == words[j] or a.same == b.same) for j, b in enumerate(pairs)]
            for i, a in enumerate(pairs)
        ]
    )
    scores = scores.masked_fill(same, -1e4)
    target = torch.arange(len(pairs))
    cross = torch.nn.functional.cross_entropy
    return (cross(scores, target) + 0.5 * cross(scores.T, target)) / 1.5


def train(given: argparse.Namespace) -> None:
    torch.manual_seed(SEED)
    torch.set_num_threads(given.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    sampler = Sampler(
        training_passages(given.corpus, given.eval), given.eval / "training" / "medquad-pairs.jsonl.gz", SEED
    )
    tokenizer = Tokenizer.from_file(str(given.base / "tokenizer.json"))
    model = base_model(given.base).train()
    mean = {name: value.detach().clone() for name, value in model.state_dict().items()}
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: min(1.0, (step + 1) / WARM_UP))
    started, running = time.monotonic(), 0.0
    for step, pairs in enumerate(sampler.batches(), start=1):
        questions = vectors(model, tokenizer, [p.question for p in pairs], QUESTION_TOKENS)
        answers = vectors(model, tokenizer, [p.passage for p in pairs], PASSAGE_TOKENS)
        value = loss(questions, answers, pairs)
        optimiser.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        weight = min(AVERAGING, step / (step + 10))
        for name, current in model.state_dict().items():
            mean[name].lerp_(current, 1 - weight)
        running = value.item() if step == 1 else 0.95 * running + 0.05 * value.item()
        if step % 20 == 0 or step == 5:
            seconds = time.monotonic() - started
            print(f"step {step}: loss {running:.3f}, {step * BATCH} pairs, {seconds:.0f} s", flush=True)
        if step in given.keep:
            kept = {name: value.contiguous() for name, value in mean.items() if "_ids" not in name}
            save_file(kept, given.out / f"weights-{step}.safetensors")
        if step >= max(given.keep):
            return


if __name__ == "__main__":
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--eval", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=int, nargs="+", default=[132], help="steps after which to write weights")
    parser.add_argument("--threads", type=int, default=2)
    train(parser.parse_args())
