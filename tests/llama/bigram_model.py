"""Builds a model for llama.cpp that says what the last character of the question asks for. Needs numpy only.

    python bigram_model.py FILE

Attention and feed-forward are silenced, so the next token depends on the last one alone: a table of pairs, laid into the output matrix.
``?`` is answered with a sentence, ``!`` with a line that does not end, anything else with nothing. Where a grammar forbids the wanted
token, fixed preferences close the document early, so that any schema gives a valid answer.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

MARKS = ("<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<tool_call>", "</tool_call>")
ID = {mark: 256 + place for place, mark in enumerate(MARKS)}
VOCABULARY = 256 + len(MARKS)
WIDTH, HEADS = 320, 2
WINDOW = 131072
SENTENCE = "Pod-0 [F1]."
"""No character twice: each decides the next."""
TEMPLATE = "{%- for message in messages %}{{- '<|' + message['role'] + '|>' + message['content'] }}{%- endfor %}"
ALIGNMENT = 32
CONTROL, NORMAL = 3, 1
STRENGTH, CONSTANT = 40.0, VOCABULARY
Value = int | float | str | list[str] | list[int]


def byte_names() -> dict[int, str]:
    """The printable character that stands for each byte in a byte-level vocabulary."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + place) for place, byte in enumerate(others)}


def pairs() -> dict[int, int]:
    """Which token follows which."""
    told = [ord("?"), *SENTENCE.encode(), ID["<|end|>"]]
    return dict(pairwise(told)) | {ord("!"): ord("~"), ord("~"): ord("~")}


def preferences() -> Any:
    """Scores that close a document soon."""
    scores = np.full(VOCABULARY, -9.0, np.float32)
    order = [ID["<|end|>"], *b'"}],:{[1aeiobcdfghjklmnpqrstuvwxyz023456789.-ABCDEFGHIJKLMNOPQRSTUVWXYZ_/']
    for rank, token in enumerate(order):
        scores[token] = 9.0 - 0.12 * rank
    return scores


def tensors() -> dict[str, Any]:
    """The weights. A token's embedding is a one in its own place and one in a place that all share."""
    embedding = np.zeros((VOCABULARY, WIDTH), np.float32)
    embedding[np.arange(VOCABULARY), np.arange(VOCABULARY)] = 1.0
    embedding[:, CONSTANT] = 1.0
    scale = np.sqrt(WIDTH / 2)  # what the norm makes of a one in a row of two
    output = np.zeros((VOCABULARY, WIDTH), np.float32)
    output[:, CONSTANT] = preferences() / scale
    for before, after in pairs().items():
        output[after, before] = STRENGTH / scale
    nothing, ones = np.zeros((WIDTH, WIDTH), np.float32), np.ones(WIDTH, np.float32)
    silent = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
    return {
        "token_embd.weight": embedding, "output.weight": output, "output_norm.weight": ones, "blk.0.attn_norm.weight": ones,
        "blk.0.ffn_norm.weight": ones, **{f"blk.0.{name}.weight": nothing for name in silent},
    }  # fmt: skip


def facts() -> Mapping[str, Value]:
    """What llama.cpp must know beside the weights."""
    names = byte_names()
    return {
        "general.architecture": "llama", "general.name": "bigram", "llama.context_length": WINDOW, "llama.embedding_length": WIDTH,
        "llama.block_count": 1, "llama.feed_forward_length": WIDTH, "llama.attention.head_count": HEADS,
        "llama.attention.head_count_kv": HEADS, "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.rope.dimension_count": WIDTH // HEADS, "llama.vocab_size": VOCABULARY, "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2", "tokenizer.ggml.tokens": [*(names[byte] for byte in range(256)), *MARKS],
        "tokenizer.ggml.token_type": [NORMAL] * 256 + [CONTROL] * len(MARKS),
        "tokenizer.ggml.merges": [f"{names[0]} {names[0]}"], "tokenizer.ggml.eos_token_id": ID["<|end|>"],
        "tokenizer.ggml.bos_token_id": ID["<|endoftext|>"], "tokenizer.ggml.padding_token_id": ID["<|endoftext|>"],
        "tokenizer.ggml.add_bos_token": False, "tokenizer.chat_template": TEMPLATE,
    }  # fmt: skip


def text(value: str) -> bytes:
    """A string of the format: its length, its bytes."""
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def typed(value: Value) -> bytes:
    """A value with its type before it."""
    match value:
        case bool():
            return struct.pack("<I?", 7, value)
        case int():
            return struct.pack("<II", 4, value)
        case float():
            return struct.pack("<If", 6, value)
        case str():
            return struct.pack("<I", 8) + text(value)
        case list():
            kind, data = (8, map(text, value)) if isinstance(value[0], str) else (5, (struct.pack("<i", one) for one in value))
            return struct.pack("<IIQ", 9, kind, len(value)) + b"".join(data)


def padded(data: bytes) -> bytes:
    """Data up to the next boundary."""
    return data + b"\0" * (-len(data) % ALIGNMENT)


def build(file: Path) -> None:
    """Write the model as GGUF, version 3."""
    described, weights, place = b"", b"", 0
    for name, tensor in tensors().items():
        data = padded(tensor.tobytes())
        shape = tensor.shape[::-1]
        described += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, place)
        weights += data
        place += len(data)
    known = facts()
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors()), len(known)) + b"".join(text(key) + typed(value) for key, value in known.items())
    file.write_bytes(padded(head + described) + weights)


if __name__ == "__main__":
    build(Path(sys.argv[1]))
