"""The language of templates: a small part of Jinja2, in its sandbox.

A text may ask for fields of the closed list, compare them (`{% if %}`), go once through a list (`{% for %}`) and print.
It may not set, import, compute, or put a loop into a loop: how long it runs is bounded before it runs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from donghanh.papers.template_fields import FIELDS, FIGURE, LISTS, Told

MOST_TEXT: Final = 40_000  # characters of a template
MOST_FILLED: Final = 200_000  # characters that it may become
FILTERS: Final = ("default", "join", "lower", "trim", "upper")
LOOP: Final = ("first", "index", "last", "length")
BEGIN: Final = "\ue000"  # signs of private use, which no text has
END: Final = "\ue001"
MARK: Final = re.compile(f"{BEGIN}(.*?){END}")
PAIRS: Final = {"if": "endif", "for": "endfor"}
TAGS: Final = {word: f"{{% {word} %}}" for pair in PAIRS.items() for word in pair}
ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.For, nodes.CondExpr,
    nodes.And, nodes.Or, nodes.Not, nodes.Compare, nodes.Operand, nodes.Filter, nodes.Call, nodes.Getattr, nodes.Concat,
)  # fmt: skip


class Faulty(Exception):
    """A template cannot be read, or cannot be filled. `str()` is the sentence for the person who writes it.

    `line` counts from 1, in a Word file paragraphs; 0 where no line can be told.
    """

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.line = line


@dataclass
class Used:
    """Fields and figures that a template asks for."""

    fields: set[str] = field(default_factory=set)
    figures: set[str] = field(default_factory=set)


class Missing(StrictUndefined):
    """A field that this unit has no value for: `{% if %}` sees it as no, printing it is a fault."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]  # the strict one would raise
        return False


class Bounded(Template):
    """Stops where what it writes grows too long: a long text in a loop through a long list."""

    def render(self, *args: Any, **kwargs: Any) -> str:
        written, length = [], 0
        most = self.environment.most_filled  # type: ignore[attr-defined]  # a Language
        for piece in self.generate(*args, **kwargs):
            length += len(piece)
            if length > most:
                raise Faulty(_("Văn bản dài quá %(most)s ký tự.") % {"most": most})
            written.append(piece)
        return "".join(written)


class Language(ImmutableSandboxedEnvironment):
    """Reads templates; every one read is held against the closed lists, those inside Word files too."""

    template_class = Bounded

    def __init__(
        self, figures: Collection[str], place: Callable[[int], str], *, escape: bool = False, most: int = MOST_FILLED
    ) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=escape, cache_size=50, keep_trailing_newline=False)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.tests = {}
        self.known_figures, self.place, self.used, self.most_filled = figures, place, Used(), most

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
        except TemplateSyntaxError as wrong:
            raise self.fault(*self.unreadable(source, wrong)) from wrong
        for node, loops in _walk(tree):
            self.guard(node, loops)
        return tree

    def fault(self, sentence: str, line: int) -> Faulty:
        return Faulty(_("%(place)s: %(what)s") % {"place": self.place(line), "what": sentence}, line)

    def unreadable(self, source: str, wrong: TemplateSyntaxError) -> tuple[str, int]:
        """The sentence and the line for what the parser tells in English."""
        if opened := self.left_open(source):
            word, line = opened
            said = {"opened": TAGS[word], "end": TAGS[PAIRS[word]]}
            return _("khối %(opened)s chưa có %(end)s.") % said, line
        if wrong.message and "unknown tag" in wrong.message:
            sentence = _("phần mềm chỉ hiểu %(if)s và %(for)s, mỗi khối đóng bằng %(endif)s hoặc %(endfor)s.")
            return sentence % TAGS, wrong.lineno
        return _("chỗ trong ngoặc nhọn viết sai, hoặc thiếu ngoặc đóng."), wrong.lineno

    def left_open(self, source: str) -> tuple[str, int] | None:
        """The innermost block that is never closed, with the line on which it begins."""
        stack: list[tuple[str, int]] = []
        try:
            tokens = [token for token in self.lex(source) if token[1] != "whitespace"]
        except TemplateSyntaxError:
            return None
        for (_line, kind, _mark), (line, _kind, word) in pairwise(tokens):
            if kind != "block_begin":
                continue
            if word in PAIRS:
                stack.append((word, line))
            elif stack and word == PAIRS[stack[-1][0]]:
                stack.pop()
        return stack[-1] if stack else None

    def guard(self, node: nodes.Node, loops: tuple[nodes.For, ...]) -> None:
        """Raise `Faulty` unless this node says only what a template may say."""
        own = {getattr(loop.target, "name", "") for loop in loops} | ({"loop"} if loops else set())
        match node:
            case nodes.Name(name=name, ctx="load"):
                if name not in own:
                    self.guard_field(name, node.lineno, own)
            case nodes.For():
                self.guard_loop(node, loops)
            case nodes.Call():
                self.guard_figure(node)
            case nodes.Getattr(node=nodes.Name(name="loop"), attr=attr) if loops and attr in LOOP:
                pass
            case nodes.Filter(name=name) if name not in FILTERS:
                said = {"name": name, "known": ", ".join(FILTERS)}
                raise self.fault(_("không có bộ lọc “%(name)s”; dùng được: %(known)s.") % said, node.lineno)
            case nodes.Getattr():
                raise self.fault(_("sau tên trường không viết dấu chấm."), node.lineno)
            case nodes.Name() | nodes.Template() | nodes.Filter():
                pass
            case _ if not isinstance(node, ALLOWED):
                sentence = _("chỉ dùng được trường, %(if)s và %(for)s; không tính toán, không đặt biến.")
                raise self.fault(sentence % TAGS, node.lineno)

    def guard_field(self, name: str, line: int, own: Collection[str]) -> None:
        if name in FIELDS:
            self.used.fields.add(name)
            return
        near = get_close_matches(name, [*FIELDS, *own], 1)
        if near:
            said = {"name": name, "near": near[0]}
            raise self.fault(_("không có trường “%(name)s”. Có phải là “%(near)s” không?") % said, line)
        raise self.fault(_("không có trường “%(name)s”. Xem danh sách trường ở dưới.") % {"name": name}, line)

    def guard_loop(self, node: nodes.For, loops: tuple[nodes.For, ...]) -> None:
        if loops:
            raise self.fault(_("không đặt vòng lặp trong vòng lặp."), node.lineno)
        if not isinstance(node.iter, nodes.Name) or node.iter.name not in LISTS or node.recursive:
            said = {"lists": ", ".join(sorted(LISTS))}
            raise self.fault(_("chỉ lặp được qua danh sách: %(lists)s.") % said, node.lineno)
        if not isinstance(node.target, nodes.Name) or node.target.name in {*FIELDS, FIGURE, "loop"}:
            raise self.fault(_("đặt tên khác cho phần tử của vòng lặp."), node.lineno)

    def guard_figure(self, node: nodes.Call) -> None:
        asked = node.node
        if not isinstance(asked, nodes.Name) or asked.name != FIGURE:
            raise self.fault(_('chỉ gọi được so_lieu("mã chỉ tiêu").'), node.lineno)
        match node.args, node.kwargs, node.dyn_args, node.dyn_kwargs:
            case [nodes.Const(value=str(code))], [], None, None:
                if code not in self.known_figures:
                    raise self.fault(_("không có chỉ tiêu mã “%(code)s”.") % {"code": code}, node.lineno)
                self.used.figures.add(code)
            case _:
                raise self.fault(_('viết so_lieu("mã chỉ tiêu") với mã trong ngoặc kép.'), node.lineno)


def _walk(node: nodes.Node, loops: tuple[nodes.For, ...] = ()) -> Iterator[tuple[nodes.Node, tuple[nodes.For, ...]]]:
    """Every node with the loops it stands in; what a loop goes through, and its `else`, stand outside of it."""
    yield node, loops
    for part, child in ((name, child) for name in node.fields for child in _children(node, name)):
        if isinstance(node, nodes.For) and part in ("target", "body", "test"):
            yield from _walk(child, (*loops, node))
        elif not isinstance(node, nodes.Call) or part != "node":  # what is called was held against its one name
            yield from _walk(child, loops)


def _children(node: nodes.Node, part: str) -> list[nodes.Node]:
    value = getattr(node, part, None)
    found = value if isinstance(value, list) else [value]
    return [child for child in found if isinstance(child, nodes.Node)]


def line_of(line: int) -> str:
    """How a fault in a text names its place."""
    return _("Dòng %(line)s") % {"line": line}


def examples() -> dict[str, Any]:
    """A value for every field, for checks."""
    return {code: one.example for code, one in FIELDS.items()}


class Marked(str):
    """A figure that is compared as it is printed, and leaves the code of its source in the text where it stands."""

    __slots__ = ("code",)
    code: str

    @classmethod
    def of(cls, told: Told) -> Marked:
        made = cls(told.printed)
        made.code = told.code
        return made

    def __str__(self) -> str:
        return f"{super().__str__()}{BEGIN}{self.code}{END}" if self.code else super().__str__()


def codes_in(text: str) -> tuple[str, list[str]]:
    """The text without the codes that figures left in it, and those codes."""
    return MARK.sub("", text), MARK.findall(text)


def context_of(values: Mapping[str, Any], figures: Mapping[str, Told]) -> dict[str, Any]:
    """What a template is filled from: a field without a value is a fault only where it is printed."""

    def figure(code: str) -> Any:
        return Marked.of(figures[code]) if code in figures else Missing(name=code)

    filled = {code: values.get(code) or Missing(name=code) for code in FIELDS if code not in LISTS}
    return {**filled, **{code: values.get(code) or () for code in LISTS}, FIGURE: figure}


def missing_sentence(wrong: UndefinedError) -> str:
    """What this unit lacks; the name stands in quotes in the library's message."""
    name = str(wrong).partition("'")[2].partition("'")[0]
    if name in FIELDS:
        return _("Thiếu %(field)s.") % {"field": str(FIELDS[name].name).lower()}
    return _("Thiếu số liệu của chỉ tiêu “%(code)s”.") % {"code": name}


def check(text: str, *, figures: Collection[str] = ()) -> Used:
    """What a text asks for; `Faulty` with the line of the first fault."""
    if len(text) > MOST_TEXT:
        raise Faulty(_("Mẫu dài quá %(most)s ký tự.") % {"most": MOST_TEXT})
    language = Language(figures, line_of)
    try:
        language.from_string(text)
    except (TemplateError, RecursionError) as wrong:
        raise Faulty(_("Mẫu viết quá phức tạp nên không đọc được.")) from wrong
    return language.used


def fill(text: str, context: Mapping[str, Any], *, figures: Collection[str] = ()) -> str:
    """The text with its fields filled; `Faulty` where this unit lacks one that is printed, or it grows too long."""
    try:
        return Language(figures, line_of).from_string(text).render(context)
    except UndefinedError as wrong:
        raise Faulty(missing_sentence(wrong)) from wrong
    except (SecurityError, TemplateError, TypeError, ValueError) as wrong:
        raise Faulty(_("Mẫu không điền được cho đơn vị này.")) from wrong
