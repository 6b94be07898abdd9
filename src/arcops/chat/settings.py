"""Settings of the chat: which model, where, with what credentials, and how patient to be."""

from __future__ import annotations

from pydantic import Field, SecretStr

from arcops.base.settings import Section


class ModelSettings(Section):
    """The language model that words answers. Without one everything is answered by rule."""

    backend: str = Field(default="auto", pattern="^(auto|none|foundry|openai_like|scripted)$")
    """`auto` looks for Foundry Local and is content with none; `openai_like` is any chat-completions server."""
    base_url: str = ""
    """Where the server is, with its path prefix, as `http://127.0.0.1:5273/v1`; empty to look for it."""
    name: str = ""
    """The model's id; empty for the first that is loaded, else the first that is listed."""
    folder: str = ""
    """A folder with a model of your own for ONNX Runtime GenAI, served by the child process of `arcops[foundry]`."""
    python: str = ""
    """An interpreter that has `foundry-local-sdk`, where ours has not: the child process runs in it."""
    catalog_url: str = ""
    """Where models to download are listed, if not in the vendor's catalog. Nothing is asked before a person wants a download."""
    key: SecretStr = SecretStr("")
    """The key the server wants; better a file."""
    key_file: str = ""
    """A file with that key, read again when the server refuses it."""
    key_header: str = Field(default="authorization", pattern="^(authorization|api-key)$")
    """How the key is sent: as `Authorization: Bearer`, or as `api-key`."""
    ca_file: str = ""
    """Certificates of the authority that signed the server's own."""
    window: int = Field(default=0, ge=0)
    """Tokens of prompt and answer together; 0 takes what the server says, else 4096."""
    answer_tokens: int = Field(default=500, ge=32)
    """The most tokens of an answer."""
    json_schema: str = Field(default="auto", pattern="^(auto|off)$")
    """`auto` asks for JSON by a schema where the server was found to enforce one: then no sentence comes without a fact it was given."""
    tools: bool = False
    """Whether a model that was found to call tools, in a window of 8192 tokens or more, may look things up: three rounds at most."""
    connect_timeout_s: float = Field(default=3.0, gt=0)
    """Seconds until the server must have taken the connection."""
    first_token_timeout_s: float = Field(default=120.0, gt=0)
    """Seconds until the first token: reading a prompt takes long without a GPU."""
    between_tokens_timeout_s: float = Field(default=30.0, gt=0)
    """Seconds between two tokens."""
    total_timeout_s: float = Field(default=300.0, gt=0)
    """Seconds for the whole answer of the model."""
    concurrency: int = Field(default=1, ge=1)
    """Requests at once; further ones wait, the answer by rule is there meanwhile."""
    waiting: int = Field(default=8, ge=0)
    """At most so many questions wait for the model; more are answered by rule alone."""
