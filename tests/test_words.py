"""Words that a reader of Django's and Stripe's documentation would stop at are not used again."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    *(ROOT / name for name in ("README.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if "_build" not in path.parts),
]
MODULES = sorted(path for path in (ROOT / "pinax").rglob("*") if path.suffix in {".py", ".html", ".css"})
#: The name of a test, in a table of `docs/explanation/attacks.md` for example.
NAME_OF_A_TEST = re.compile(r"`tests/[^`]*`")

#: What is not written anywhere, neither in the documentation nor in the code, as regular expressions for whole words,
#: and what to write instead.
EVERYWHERE = {
    r"in[_ ]good[_ ]hands": "until the worker's lease expires; lease_expires_at",
    r"RowMovedOn": "ConcurrentUpdate",
    r"(?:has|have|had) moved on": "was updated concurrently",
    r"vouch(?:es|ed|ing)?": "signed by, verified by, confirms",
    r"bury_owned": "tombstone_children",
    r"anew": "again",
    r"whoever": "anyone who, any",
    r"strangers?": "an unauthenticated sender",
    r"of old(?=[.,;:)])": "in API versions before YYYY-MM-DD",
    r"(?:has|have|had) come through|c[ao]mes? through": "succeeds, has succeeded",
    r"(?<!here\s)(?:is|are|was|were) no (?!longer|such)[a-z][a-z-]*": "is not a",
    r"tells? nobody|tells? of (?:nobody|no person)": "has no personal data",
    r"for want of": "because there is no",
    r"for good(?=[.,;:)])": "permanently; stays true",
    r"what becomes of": "what happens to",
    r"as sentences": "query methods",
    r"somebody else": "another process, another person",
}

#: The same for the documentation only.
IN_DOCS = EVERYWHERE | {
    r"whole numbers?": "integer",
    r"our own account|our own(?=[.,;:)])": "the platform account",
    r"refus(?:ed|ing|al of a) (?:signature|body|bodies|deliver(?:y|ies))": "rejected",
    r"for ever": "forever",
    r"points? at": "references",
}

#: The same for the code only: names and docstrings, comments and messages. Add a word as soon as it is gone.
IN_CODE = EVERYWHERE | {
    r"make_due": "schedule_now",
    r"look_after": "lease",
    r"write_down": "log_exception",
    r"chores?": "job, batch",
    r"standings": "local states, reconciliation",
    r"facts_of|write_facts|outlast(?:ing)?": "implied_updates, copy_lasting_values",
    r"belongs_elsewhere": "owner_of",
    r"says_which|shown_in|named_in|revive_named": "shows_discounts, discounts_in, unexpanded_discounts",
}


def places(word, paths):
    """Return where a word stands, as ``path:line``; a word at the end of a line goes on at the next one."""
    searched = re.compile(rf"(?<!\w)(?:{word})(?!\w)".replace(" ", r"\s+"), re.IGNORECASE)
    for path in paths:
        text = NAME_OF_A_TEST.sub("", path.read_text("utf-8"))
        for found in searched.finditer(text):
            yield f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, found.start()) + 1}"


@pytest.mark.parametrize("word", IN_DOCS)
def test_a_word_is_not_used_in_the_docs(word):
    assert list(places(word, PAGES)) == [], f"write instead: {IN_DOCS[word]}"


@pytest.mark.parametrize("word", IN_CODE)
def test_a_word_is_not_used_in_the_code(word):
    assert list(places(word, MODULES)) == [], f"write instead: {IN_CODE[word]}"


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        (r"anew", "It starts anew."),
        (r"vouch(?:es|ed|ing)?", "a secret Vouches for it"),
        (r"(?:has|have|had) come through", "every receiver has come\nthrough"),
        (r"of old(?=[.,;:)])", "as it was of old."),
    ],
)
def test_a_word_is_found_in_upper_case_and_across_lines(word, sentence, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(f"A page.\n{sentence}\n", "utf-8")

    assert list(places(word, [page])) == ["page.md:2"]


@pytest.mark.parametrize("sentence", ["messages of old events", "a renewal", "`tests/a.py::test_vouch`", "estranged"])
def test_other_words_and_names_of_tests_are_left_alone(sentence, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    page = tmp_path / "page.md"
    page.write_text(sentence, "utf-8")

    assert [word for word in IN_DOCS if list(places(word, [page]))] == []
