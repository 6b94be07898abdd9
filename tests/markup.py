"""What of a text would come alive when a page draws it as Markdown: links, images, HTML, addresses."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt

_COMMONMARK = MarkdownIt("commonmark")
_CODE = re.compile(r"<code[^>]*>.*?</code>", re.DOTALL)
_TAG = re.compile(r"<(?!/?(?:p|ul|ol|li|strong|em|code|pre|h[1-6]|hr|br|blockquote)\b)[^>\n]*")
# What GitHub's dialect makes links of: at least one dot in the host, which is no address within the site.
_BARE = re.compile(r"(?i)(?:https?|ftp)://(?!(?:10|127|192\.168)\.)(?![\w.-]*\.(?:svc|local)\b)[^\s/]*\.[a-z0-9]|(?<![\w.])www\.\w")


def alive(text: str) -> list[str]:
    """Tags and addresses that a reader of Markdown would be shown as such; none is what is wanted."""
    drawn = _COMMONMARK.render(text)
    return [*_TAG.findall(drawn), *_BARE.findall(_CODE.sub("", drawn))]
