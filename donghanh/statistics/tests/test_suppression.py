"""An attacker with every figure that is shown, against what is kept back."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from donghanh.statistics.suppression import ALL, Figure, Minimums, Rows, Suppression, with_rests

MISSING = float("nan")


def figures(rows: Rows) -> dict[Figure, list[tuple[int, int]]]:
    """Everything that can be asked, with the (row, cell) it is the sum of; what nobody filled in is told as missing."""
    found = {}
    for node, members in rows.below.items():
        for kind in ("", *sorted(set(rows.kinds))):
            for at, cell in [*enumerate(rows.cells), (None, ALL)]:
                atoms = [
                    (row, place)
                    for row in members
                    if kind in ("", rows.kinds[row])
                    for place in (range(len(rows.cells)) if at is None else [at])
                    if not np.isnan(rows.values[row, place])
                ]
                if atoms:
                    found[node, kind, cell] = atoms
    return found


class Attacker:
    """Knows the tree, the kinds, who filled in what, that numbers are not negative, and every figure shown."""

    def __init__(self, rows: Rows, hidden: frozenset[Figure]) -> None:
        every = figures(rows)
        self.atoms = {atom: place for place, atom in enumerate(sorted({a for atoms in every.values() for a in atoms}))}
        self.kept = {figure: self.row(atoms) for figure, atoms in every.items() if figure in hidden}
        shown = {tuple(self.row(atoms)) for figure, atoms in every.items() if figure not in hidden}
        truth = np.array([rows.values[atom] for atom in self.atoms])
        self.shown = np.array(sorted(shown)).reshape(len(shown), len(self.atoms))
        self.told = self.shown @ truth

    def row(self, atoms: list[tuple[int, int]]) -> np.ndarray:
        row = np.zeros(len(self.atoms))
        row[[self.atoms[atom] for atom in atoms]] = 1
        return row

    def by_algebra(self) -> set[Figure]:
        """Figures that are a sum of multiples of shown ones."""
        if not len(self.shown):
            return set()
        _u, sizes, axes = np.linalg.svd(self.shown)
        kernel = axes[(sizes > 1e-9).sum() :] if len(sizes) else axes
        return {figure for figure, row in self.kept.items() if np.abs(kernel @ row).max(initial=0) < 1e-7}

    def by_bounds(self) -> set[Figure]:
        """Figures whose bounds meet, once every shown sum and difference of nested sums has narrowed them."""
        sums = [(row.astype(bool), total) for row, total in zip(self.shown, self.told, strict=True)]
        for a, x in list(sums):
            sums += [(b & ~a, y - x) for b, y in sums[: len(self.shown)] if (a & ~b).sum() == 0 and (b & ~a).any()]
        low, high = np.zeros(len(self.atoms)), np.full(len(self.atoms), np.inf)
        for _round in range(6):
            for mask, total in sums:
                places = np.flatnonzero(mask)
                for place in places:
                    others = places[places != place]
                    high[place] = min(high[place], total - low[others].sum())
                    low[place] = max(low[place], total - high[others].sum())
        return {
            figure for figure, row in self.kept.items()
            if high[row.astype(bool)].sum() - low[row.astype(bool)].sum() < 1e-9
        }  # fmt: skip


def small_shown(rows: Rows, hidden: frozenset[Figure], minimums: Minimums) -> list[Figure]:
    return [
        figure
        for figure, atoms in figures(rows).items()
        if figure not in hidden
        and minimums.small(sum(rows.values[atom] for atom in atoms), len({row for row, _cell in atoms}))
        and any(rows.values[atom] for atom in atoms)
    ]


@st.composite
def worlds(draw) -> Rows:
    """A Department with offices, communes below some, schools anywhere; some offices report themselves."""
    offices = draw(st.lists(st.sampled_from([1, 1, 2, 3]), min_size=1, max_size=5))
    paths = {1: (1,)}
    for number, above in enumerate(offices, start=2):
        paths[number] = (number, *paths[min(above, number - 1)])
    places = draw(st.lists(st.sampled_from(sorted(paths)), min_size=1, max_size=14))
    units = [(100 + number, *paths[place]) for number, place in enumerate(places)]
    units += [paths[place] for place in sorted(set(places)) if draw(st.integers(0, 9)) == 0]
    kinds = [draw(st.sampled_from(["MN", "TH", "THCS"])) for _unit in units]
    cells = draw(st.sampled_from([("e",), ("e[a]", "e[b]"), ("e[a]", "e[b]", "e[c]")]))
    number = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 7, 12, 40, MISSING])
    values = np.array([[draw(number) for _cell in cells] for _unit in units], np.float64)
    return Rows(with_rests(units), kinds, values, cells)


@settings(max_examples=40, deadline=None)
@given(worlds(), st.sampled_from([Minimums(5), Minimums(3), Minimums(5, 3), Minimums(None, 3)]))
def test_an_attacker_with_all_that_is_shown_recovers_nothing(rows, minimums) -> None:
    hidden = Suppression(rows, minimums).hidden
    attacker = Attacker(rows, hidden)
    assert attacker.by_algebra() == set()
    assert attacker.by_bounds() == set()
    assert small_shown(rows, hidden, minimums) == []


@settings(max_examples=40, deadline=None)
@given(worlds(), st.integers(0, 999))
def test_sums_over_any_other_tree_tell_nothing_either(rows, seed) -> None:
    """Sums over any other tree (today's, carried along) say nothing either: they are shown only where free."""
    found = Suppression(rows, Minimums(5))
    attacker = Attacker(rows, found.hidden)
    rng = np.random.default_rng(seed)
    for _try in range(10):
        chosen = np.flatnonzero(rng.integers(0, 2, len(rows.kinds)))
        if found.free(ALL, dict.fromkeys(chosen.tolist(), 1.0)):
            atoms = [(int(r), c) for r in chosen for c in range(len(rows.cells)) if not np.isnan(rows.values[r, c])]
            row = attacker.row(atoms)
            attacker.shown = np.vstack([attacker.shown, row])
    assert attacker.by_algebra() == set()


FIVE = Minimums(5)


def world(*schools: tuple[int, str, float]) -> Rows:
    """(office, kind, value) of schools 100, 101 … below offices of Department 1."""
    offices = enumerate(office for office, _kind, _value in schools)
    paths = [(100 + number, office, 1) if office != 1 else (100 + number, 1) for number, office in offices]
    return Rows(with_rests(paths), [k for _o, k, _v in schools], np.array([[v] for *_p, v in schools]), ("e",))


def shown(rows: Rows, minimums: Minimums = FIVE) -> set:
    hidden = Suppression(rows, minimums).hidden
    return {figure for figure in figures(rows) if figure not in hidden and figure[2] == ALL}


def test_one_small_school_takes_its_smallest_neighbour_along_and_the_district_stays() -> None:
    rows = world((2, "TH", 3), (2, "TH", 40), (2, "TH", 9), (3, "TH", 20))
    assert Suppression(rows, Minimums(5)).hidden >= {(100, "", ALL), (102, "", ALL)}
    assert {figure[0] for figure in shown(rows)} == {101, 103, 1, 2, 3}


def test_zero_is_shown_and_protects_nobody() -> None:
    rows = world((2, "TH", 3), (2, "TH", 0), (3, "TH", 20))
    assert {figure[0] for figure in shown(rows)} == {101, 1}


def test_a_small_kind_of_one_district_costs_neither_districts_nor_the_kinds_of_the_department() -> None:
    """Two districts × two kinds with all totals: the four in the middle are kept back, the totals stay."""
    rows = world((2, "TH", 3), (2, "THCS", 20), (3, "TH", 30), (3, "THCS", 40))
    left = shown(rows)
    assert {(1, "", ALL), (2, "", ALL), (3, "", ALL), (1, "TH", ALL), (1, "THCS", ALL)} <= left
    assert not {(2, "TH", ALL), (3, "THCS", ALL)} & left


def test_a_total_that_is_small_itself_is_kept_back_with_all_above_it() -> None:
    rows = world((2, "TH", 1), (2, "TH", 2), (3, "TH", 0))
    assert {figure[0] for figure in shown(rows)} == {102, 3}


def test_what_hangs_directly_below_the_department_cannot_be_told_by_subtraction() -> None:
    rows = world((2, "TH", 30), (3, "TH", 30), (1, "THPT", 2), (1, "THPT", 1))
    left = shown(rows)
    assert (1, "", ALL) not in left or not {(2, "", ALL), (3, "", ALL)} <= left


def test_fewer_schools_than_asked_are_kept_back_however_large() -> None:
    rows = world((2, "TH", 30), (2, "TH", 50), (3, "TH", 30), (3, "TH", 20), (3, "TH", 70))
    left = {figure[0] for figure in shown(rows, Minimums(None, 3))}
    assert left == {1}  # district 3 has three schools, but what is left of the Department without it has two


def test_a_hundred_schools_keep_their_districts() -> None:
    rng = np.random.default_rng(7)
    rows = world(*((2 + n % 8, ("MN", "TH", "THCS")[n % 3], float(rng.choice([0, 0, 1, 2, 3, 6]))) for n in range(120)))
    left = shown(rows)
    assert {(office, "", ALL) for office in range(1, 10)} & set(figures(rows)) <= left
    assert {(1, kind, ALL) for kind in ("MN", "TH", "THCS")} <= left
