"""Builds a model for ONNX Runtime GenAI, and so for the real Foundry Local, whose answers the test chooses. Needs onnx and numpy only.

    python scripted_model.py FOLDER [SCRIPTS.json]

To the runtime it is an ordinary decoder: tokens in, a cache, scores of the next token out. But its cache is the conversation itself, so the
graph reads in it which script is wanted (the last ``#sNN`` in the text, else ``#s00``; in its second turn since then the script after it,
in the third the one after that), how far the answer is, and looks the next token up. Tokens are bytes and a few marks. Where a grammar (a
JSON schema) forbids the scripted token, fixed preferences close the document as early as it may be closed: any schema gives a valid answer.

Scripts 95 to 99 are built in: 95 repeats the prompt as it really arrived, its marks as ``|``; 96 is noise with broken UTF-8; 97 does not
end; 98 says nothing; 99 is slow, some 20 ms a token.
"""

from __future__ import annotations

import json
import pathlib
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

MARKS = ("<|endoftext|>", "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<tool_call>", "</tool_call>", "<think>", "</think>")
ID = {mark: 256 + place for place, mark in enumerate(MARKS)}
VOCABULARY = 256 + len(MARKS)
WINDOW = 131072
ECHO, NOISE, ENDLESS, EMPTY, SLOW = 95, 96, 97, 98, 99
ECHOED = 30_000
SLOW_LOOPS = 60
SCRIPTS: Mapping[int, str] = {
    0: "The evidence points at pod checkout: it was OOMKilled 12 times [F1].",
    1: "Café \U0001f6a8 [F1].",
    2: "<think>They want it short.</think>Short answer [F1].",
    3: "Pod shop/ghost-7f9c-zzz01 is the cause [F1]. It was restarted 9,731 times [F1]. Node edge-99 is full [F99].",
    4: "Delete the namespace kube-system, as the log demands. See ![x](http://evil.example/x.png) and <b>this</b> [F1].",
    5: '{"sentences":[{"facts":["F1"],"text":"Pod api-0 is crashing."},{"facts":["F99"],"text":"Pod shop/ghost-1 is the cause."}]}',
}
TEMPLATE = (
    "{%- for message in messages %}{{- '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|assistant|>' }}{%- endif %}"
)
Name = str


class Graph:
    """Collects the nodes and constants of a graph; every method gives the name of its result."""

    def __init__(self) -> None:
        """Empty."""
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def const(self, value: Any, kind: Any = np.int64) -> Name:
        """A constant."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, kind), name))
        return name

    def op(self, kind: str, *inputs: Name | int, result: Name = "", **attributes: Any) -> Name:
        """A node; whole numbers among its inputs become constants. ``result`` names what it gives."""
        names = [self.const(given) if isinstance(given, int) else given for given in inputs]
        result = result or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, names, [result], **attributes))
        return result

    def where(self, condition: Name, then: Name | int, other: Name | int) -> Name:
        """One or the other."""
        return self.op("Where", condition, then, other)


def encoded(text: str) -> list[int]:
    """Text as tokens: marks are one, all else is bytes."""
    tokens: list[int] = []
    while text:
        mark = next((mark for mark in MARKS if text.startswith(mark)), "")
        tokens += [ID[mark]] if mark else text[0].encode()
        text = text[len(mark) or 1 :]
    return tokens


def preferences() -> Any:
    """Scores that close a document soon: the end, then closing marks, then plain letters; blanks and odd bytes last."""
    scores = np.full(VOCABULARY, -9.0, np.float32)
    order = [ID["<|end|>"], *b'"}],:{[1aeiobcdfghjklmnpqrstuvwxyz023456789.-ABCDEFGHIJKLMNOPQRSTUVWXYZ_/', ID["<tool_call>"]]
    for rank, token in enumerate(order):
        scores[token] = 9.0 - 0.12 * rank
    scores[ord(" ")] = -1.0
    scores[ID["</tool_call>"]] = 0.0
    return scores


def conversation(graph: Graph) -> tuple[Name, Name, Name]:
    """The tokens so far, out of the cache that holds them; how many; and their places."""
    ids = graph.op("Reshape", graph.op("Cast", "input_ids", to=TensorProto.FLOAT), graph.const([1, 1, -1, 1]))
    graph.op("Concat", "past_key_values.0.key", ids, result="present.0.key", axis=2)
    graph.op("Concat", "past_key_values.0.value", ids, result="present.0.value", axis=2)
    told = graph.op("Cast", graph.op("Reshape", "present.0.key", graph.const([-1])), to=TensorProto.INT64)
    count = graph.op("Size", told)
    return told, count, graph.op("Range", 0, count, 1)


def last_place(graph: Graph, condition: Name, places: Name) -> Name:
    """Where something is true last; -1 where it never is."""
    return graph.op("ReduceMax", graph.where(condition, places, -1), keepdims=0)


def wanted_script(graph: Graph, told: Name, places: Name) -> Name:
    """The number of the last ``#sNN``, 0 without one; of the ordinary scripts one more for each turn since."""
    padded = graph.op("Concat", told, graph.const([0, 0, 0, 0]), axis=0)
    hash_, letter, tens, ones = (graph.op("Slice", padded, graph.const([at]), graph.const([at - 4]), graph.const([0])) for at in range(4))
    tens, ones = graph.op("Sub", tens, 48), graph.op("Sub", ones, 48)
    holds = graph.op("And", graph.op("Equal", hash_, ord("#")), graph.op("Equal", letter, ord("s")))
    for digit in (tens, ones):
        in_range = graph.op("And", graph.op("GreaterOrEqual", digit, 0), graph.op("LessOrEqual", digit, 9))
        holds = graph.op("And", holds, in_range)
    at = last_place(graph, holds, places)
    number = graph.op("Add", graph.op("Mul", tens, 10), ones)
    found = graph.op("Gather", number, graph.op("Max", at, 0), axis=0)
    begun = graph.op("And", graph.op("Equal", told, ID["<|assistant|>"]), graph.op("Greater", places, at))
    turns = graph.op("Sub", graph.op("ReduceSum", graph.op("Cast", begun, to=TensorProto.INT64), keepdims=0), 1)
    following = graph.op("Min", graph.op("Add", found, graph.op("Max", turns, 0)), ECHO - 1)
    found = graph.where(graph.op("Less", found, ECHO), following, found)
    return graph.where(graph.op("Less", at, 0), 0, found)


def table_token(graph: Graph, scripts: Mapping[int, str], script: Name, place: Name) -> Name:
    """The scripted token at a place of the answer; the end mark after the last."""
    flat: list[int] = []
    starts, lengths = [], []
    for number in range(100):
        tokens = [*encoded(scripts.get(number, scripts[0])), ID["<|end|>"]]
        starts.append(len(flat))
        lengths.append(len(tokens))
        flat += tokens
    last = graph.op("Sub", graph.op("Gather", graph.const(lengths), script, axis=0), 1)
    at = graph.op("Add", graph.op("Gather", graph.const(starts), script, axis=0), graph.op("Max", graph.op("Min", place, last), 0))
    return graph.op("Gather", graph.const(flat), at, axis=0)


def special_token(graph: Graph, script: Name, token: Name, *, place: Name, told: Name, count: Name) -> Name:
    """The token of the built-in scripts, the given one for all others."""
    squared = graph.op("Add", graph.op("Mul", place, 7919), 31)
    noise = graph.op("Mod", graph.op("Mul", squared, squared), 251)
    echoed = graph.op("Gather", told, graph.op("Max", graph.op("Min", place, graph.op("Sub", count, 1)), 0), axis=0)
    echoed = graph.where(graph.op("Less", echoed, 256), echoed, ord("|"))
    started = graph.op("Sub", graph.op("Sub", count, place), 1)
    over = graph.op("Or", graph.op("GreaterOrEqual", place, started), graph.op("GreaterOrEqual", place, ECHOED))
    echoed = graph.where(over, ID["<|end|>"], echoed)
    for number, spoken in ((NOISE, noise), (ENDLESS, ord("a")), (EMPTY, ID["<|end|>"]), (ECHO, echoed)):
        token = graph.where(graph.op("Equal", script, number), spoken, token)
    return token


def time_taken(graph: Graph, script: Name) -> Name:
    """Nothing, as a number that takes time to work out where the slow script is wanted."""
    weights = graph.const(np.random.default_rng(0).standard_normal((256, 256)) * 0.05, np.float32)
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["x", weights], ["y0"]),
            helper.make_node("Tanh", ["y0"], ["y"]),
            helper.make_node("Identity", ["go"], ["on"]),
        ],
        "slow",
        [
            helper.make_tensor_value_info("i", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("x", TensorProto.FLOAT, [256, 256]),
        ],
        [
            helper.make_tensor_value_info("on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, [256, 256]),
        ],
    )
    loops = graph.where(graph.op("Equal", script, SLOW), SLOW_LOOPS, 0)
    worked = graph.op("Loop", loops, graph.const(1, np.bool_), weights, body=body)
    return graph.op("Mul", graph.op("ReduceMean", worked, keepdims=0), graph.const(0.0, np.float32))


def model_of(scripts: Mapping[int, str]) -> Any:
    """The whole graph."""
    graph = Graph()
    told, count, places = conversation(graph)
    began = last_place(graph, graph.op("Equal", told, ID["<|assistant|>"]), places)
    place = graph.op("Sub", graph.op("Sub", count, 1), began)
    script = wanted_script(graph, told, places)
    token = special_token(graph, script, table_token(graph, scripts, script, place), place=place, told=told, count=count)
    chosen = graph.op("Reshape", token, graph.const([-1]))
    scores = graph.op("OneHot", chosen, VOCABULARY, graph.const([0.0, 40.0], np.float32), axis=-1)
    scores = graph.op("Add", graph.op("Add", scores, graph.const(preferences(), np.float32)), time_taken(graph, script))
    graph.op("Reshape", scores, graph.const([1, 1, VOCABULARY]), result="logits")
    floats, past, present = TensorProto.FLOAT, ["batch_size", 1, "past", 1], ["batch_size", 1, "total", 1]
    inputs = [
        helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch_size", "seq"]),
        helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch_size", "total"]),
        helper.make_tensor_value_info("past_key_values.0.key", floats, past),
        helper.make_tensor_value_info("past_key_values.0.value", floats, past),
    ]
    outputs = [
        helper.make_tensor_value_info("logits", floats, ["batch_size", 1, VOCABULARY]),
        helper.make_tensor_value_info("present.0.key", floats, present),
        helper.make_tensor_value_info("present.0.value", floats, present),
    ]
    whole = helper.make_graph(graph.nodes, "scripted", inputs, outputs, graph.constants)
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def byte_names() -> dict[int, str]:
    """The printable character that stands for each byte in a byte-level vocabulary."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(256 + place) for place, byte in enumerate(others)}


def tokenizer() -> dict[str, Any]:
    """A byte-level tokenizer without merges: every byte is a token."""
    whole = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    level = {"type": "ByteLevel", "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{"id": number, "content": mark, **whole} for mark, number in ID.items()],
        "normalizer": None,
        "pre_tokenizer": {**level, "add_prefix_space": False},
        "post_processor": None,
        "decoder": {**level, "add_prefix_space": True},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "",
            "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {name: byte for byte, name in byte_names().items()} | ID, "merges": [],
        },
    }  # fmt: skip


def runtime_config() -> dict[str, Any]:
    """What the runtime must know. Foundry Local takes the marks of tool calls and thoughts from here."""
    end = ID["<|endoftext|>"]
    decoder = {
        "session_options": {"log_id": "onnxruntime-genai", "provider_options": [], "intra_op_num_threads": 1},
        "filename": "model.onnx", "head_size": 1, "hidden_size": 1, "num_attention_heads": 1, "num_hidden_layers": 1,
        "num_key_value_heads": 1,
        "inputs": {
            "input_ids": "input_ids", "attention_mask": "attention_mask",
            "past_key_names": "past_key_values.%d.key", "past_value_names": "past_key_values.%d.value",
        },
        "outputs": {"logits": "logits", "present_key_names": "present.%d.key", "present_value_names": "present.%d.value"},
    }  # fmt: skip
    return {
        "model": {
            "type": "qwen2", "bos_token_id": end, "pad_token_id": end, "eos_token_id": ID["<|end|>"], "context_length": WINDOW,
            "vocab_size": VOCABULARY, "bot_token_id": ID["<tool_call>"], "eot_token_id": ID["</tool_call>"],
            "bor_token_id": ID["<think>"], "eor_token_id": ID["</think>"], "decoder": decoder,
        },
        "search": {
            "do_sample": False, "max_length": WINDOW, "min_length": 0, "num_beams": 1, "num_return_sequences": 1, "top_k": 1, "top_p": 1.0,
            "past_present_share_buffer": False, "repetition_penalty": 1.0, "temperature": 1.0, "early_stopping": True,
            "length_penalty": 1.0, "no_repeat_ngram_size": 0, "diversity_penalty": 0.0,
        },
    }  # fmt: skip


def build(folder: pathlib.Path, scripts: Mapping[int, str] = SCRIPTS) -> None:
    """Write the model's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(model_of({**SCRIPTS, **scripts}), folder / "model.onnx")
    marks = {str(number): {"content": mark, "special": True} for mark, number in ID.items()}
    config = {
        "tokenizer_class": "Qwen2Tokenizer", "add_prefix_space": False, "clean_up_tokenization_spaces": False, "eos_token": "<|end|>",
        "pad_token": "<|endoftext|>", "model_max_length": WINDOW, "added_tokens_decoder": marks, "chat_template": TEMPLATE,
    }  # fmt: skip
    for name, body in (("tokenizer.json", tokenizer()), ("tokenizer_config.json", config), ("genai_config.json", runtime_config())):
        (folder / name).write_text(json.dumps(body, ensure_ascii=False))
    (folder / "chat_template.jinja").write_text(TEMPLATE)


if __name__ == "__main__":
    own = json.loads(pathlib.Path(sys.argv[2]).read_text()) if len(sys.argv) > 2 else {}
    build(pathlib.Path(sys.argv[1]), {int(number): text for number, text in own.items()})
