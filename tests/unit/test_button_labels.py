"""What a screen reader says of a button holds the words that are on it (WCAG 2.5.3)."""

import ast
from pathlib import Path

import pytest

from bot.words import Words

WORDS = Words()
VIEWS = Path(__file__).parents[2] / "bot" / "views"


def key_of(node: ast.expr, names: dict[str, ast.expr]) -> list[str]:
    """The catalogue entries that an expression can give."""
    if isinstance(node, ast.Name) and node.id in names:
        return key_of(names[node.id], names)
    if isinstance(node, ast.IfExp):
        return key_of(node.body, names) + key_of(node.orelse, names)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "words":
        [key, *_] = node.args
        if isinstance(key, ast.Constant):
            return [str(key.value)]
        if isinstance(key, ast.IfExp):
            return [str(k.value) for k in (key.body, key.orelse) if isinstance(k, ast.Constant)]
    raise AssertionError(f"line {node.lineno}: cannot tell the words of {ast.unparse(node)}")


def labelled() -> list[tuple[str, str, str]]:
    """Each file with the entries of a button's words and of its label."""
    found = []
    for path in sorted(VIEWS.glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            names = {
                target.id: node.value
                for node in ast.walk(function)
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for call in ast.walk(function):
                if not isinstance(call, ast.Call) or ast.unparse(call.func) != "kit.button":
                    continue
                for keyword in call.keywords:
                    if keyword.arg == "label":
                        found += [
                            (path.name, shown, said)
                            for shown in key_of(call.args[0], names)
                            for said in key_of(keyword.value, names)
                        ]
    return found


LABELLED = labelled()


def test_buttons_with_a_label_are_found():
    assert len(LABELLED) >= 15


@pytest.mark.parametrize(("view", "shown", "said"), LABELLED, ids=lambda value: value)
def test_a_label_starts_with_the_words_on_the_button(view, shown, said):
    gaps = dict.fromkeys(("name", "date", "kind", "start", "text", "cohort", "number", "when"), "x")
    assert WORDS(said, **gaps).lower().startswith(WORDS(shown).lower()), view
