"""A tree written out in our own syntax: the name of a leaf in every engine, and what is stored."""

from __future__ import annotations

from collections.abc import Callable

from donghanh.statistics.language.nodes import (
    Aggregate,
    Call,
    Days,
    Guarded,
    Item,
    Negation,
    Node,
    Null,
    Number,
    Operation,
    Rate,
    Reference,
    Settled,
    Sub,
    Test,
    Truth,
)


def written(node: Node, otherwise: Callable[[Node], str | None] = lambda _node: None) -> str:
    """The tree as text that `parse` reads back to the same meaning; every operation in parentheses.

    `otherwise` may write a node in another way.
    """
    if (text := otherwise(node)) is not None:
        return text
    match node:
        case Number(value=value):
            return f"{value:.15f}".rstrip("0").rstrip(".")
        case Null():
            return "null"
        case Truth(value=value):
            return "true" if value else "false"
        case Days():
            return "[days]"
        case Item():
            return node.name + modifiers(node)
        case Rate(form=form, metric=metric):
            return f"{form}.{metric}{modifiers(node)}"
        case Reference(kind=kind, code=code):
            return f"{kind}({code}){modifiers(node)}"
        case Test(kind=kind, codes=codes):
            return f"orgUnit.{kind}({', '.join(quoted(code) for code in codes)})"
    return _composed(node, lambda part: written(part, otherwise))


def _composed(node: Node, inner: Callable[[Node], str]) -> str:
    match node:
        case Settled(root=root) | Guarded(root=root):
            return f"({inner(root)})"
        case Sub(root=root, aggregation=aggregation):
            way = "" if aggregation == "SUM" else f".aggregationType({aggregation})"
            return f"subExpression({inner(root)}){way}"
        case Aggregate(function=function, root=root, share=share):
            return f"{function}({inner(root)}{'' if share is None else f', {share:g}'})"
        case Negation(root=root):
            return f"not ({inner(root)})"
        case Operation(operator=sign, left=left, right=right):
            return f"({inner(left)} {sign} {inner(right)})"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(inner(argument) for argument in arguments)})"
    raise TypeError(node)


def modifiers(node: Item | Rate | Reference) -> str:
    told = f".periodOffset({node.offset})" if node.offset else ""
    told += ".yearToDate()" if node.to_date else ""
    aggregation = getattr(node, "aggregation", "")
    return told + (f".aggregationType({aggregation})" if aggregation else "")


def quoted(code: str) -> str:
    return f'"{code}"' if '"' not in code else f"'{code}'"
