"""Derived data: vectors, judgements, duplicates, stories. All of it can be forgotten and made again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from trendwatch.errors import StorageError
from trendwatch.model import Duplicate, Item, Judgement, Story
from trendwatch.storage._codec import Row, from_json, to_json
from trendwatch.storage._sqlite.connection import File
from trendwatch.storage._sqlite.facts import ITEMS_IN_ORDER, among
from trendwatch.storage._sqlite.schema import ITEM

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from trendwatch.storage import Derived as Sort

DUPLICATE = Row(Duplicate)
FEW = 2000
"""Up to so many vectors are looked up one by one; for more, reading the whole table once is faster."""

FORGOTTEN: dict[Sort, tuple[str, ...]] = {
    "vectors": ("vectors",),
    "judgements": ("judgements",),
    "groups": ("duplicates", "stories"),
}


class Derived:
    """The half of the store that a rebuild makes again."""

    _file: File

    def lacking_vectors(self, model_id: str) -> list[tuple[str, Item]]:
        """As `Store.lacking_vectors`; the item is the one with the smallest id."""
        sql = f"""
            SELECT {ITEM.names} FROM items WHERE id IN (
                SELECT min(id) FROM items WHERE content_hash NOT IN (
                    SELECT content_hash FROM vectors JOIN models ON models.key = vectors.model WHERE model_id = ?
                ) GROUP BY content_hash
            ) ORDER BY content_hash"""  # noqa: S608 - names of our own fields
        return [(item.content_hash, item) for item in map(ITEM.decode, self._file.rows(sql, [model_id]))]

    def put_vectors(
        self, model_id: str, hashes: Sequence[str], vectors: NDArray[np.float32], *, only_lacking: bool = False
    ) -> None:
        """As `Store.put_vectors`. Raises StorageError when the model's earlier vectors have another dimension."""
        if not len(hashes):
            return
        count, dimension = vectors.shape
        if count != len(hashes):
            raise ValueError(f"{count} vectors for {len(hashes)} texts")
        packed = memoryview(vectors.astype("<f4", order="C").tobytes())
        size = 4 * dimension
        with self._file.writing():
            self._file.run("INSERT OR IGNORE INTO models (model_id, dimension) VALUES (?, ?)", [model_id, dimension])
            ((model, known),) = self._file.rows("SELECT key, dimension FROM models WHERE model_id = ?", [model_id])
            if known != dimension:
                raise StorageError(
                    f"{self._file.name} holds vectors of {known} numbers by {model_id}, these have {dimension}: another model "
                    "must have another name (`trendwatch rebuild` makes all vectors again)."
                )
            self._file.many(
                f"INSERT OR {'IGNORE' if only_lacking else 'REPLACE'} INTO vectors (model, content_hash, vector) VALUES (?, ?, ?)",  # noqa: S608 - two words of our own
                [(model, key, bytes(packed[n * size : (n + 1) * size])) for n, key in enumerate(hashes)],
            )

    def vectors(self, model_id: str, hashes: Sequence[str]) -> NDArray[np.float32]:
        """As `Store.vectors`."""
        import numpy as np  # noqa: PLC0415 - the command line's help must not load numpy

        place: dict[str, int] = {}
        for n, key in enumerate(hashes):
            place.setdefault(key, n)
        found = self._file.rows("SELECT key, dimension FROM models WHERE model_id = ?", [model_id])
        model, dimension = found[0] if found else (0, 0)
        matrix = np.empty((len(hashes), dimension), dtype="<f4")
        missing = self._read_vectors(model, place, matrix)
        if missing:
            raise StorageError(
                f"{self._file.name} lacks the vectors by {model_id} of {len(missing)} texts, the first {missing[0]}."
            )
        if len(place) < len(hashes):
            matrix = matrix[[place[key] for key in hashes]]
        return matrix

    def _read_vectors(self, model: int, place: Mapping[str, int], matrix: NDArray[np.float32]) -> list[str]:
        """Copy each vector once, from the page to its row; returns the texts that have none, in order."""
        size = 4 * matrix.shape[1]
        if not size or not place:
            return list(place)
        room = matrix.data.cast("B")
        seen = set()
        for key, blob in self._vector_rows(model, place):
            n = place.get(key)
            if n is not None:
                room[n * size : (n + 1) * size] = blob
                seen.add(key)
        return [key for key in place if key not in seen]

    def _vector_rows(self, model: int, hashes: Collection[str]) -> Iterator[tuple[str, bytes]]:
        if len(hashes) > FEW:
            # "+model": no index, one pass over the table.
            return self._file.each("SELECT content_hash, vector FROM vectors WHERE +model = ?", [model])
        sql = "SELECT content_hash, vector FROM vectors WHERE model = ? AND content_hash IN (SELECT value FROM json_each(?))"
        return self._file.each(sql, [model, among(hashes)])

    def lacking_judgements(self, recipe: str) -> list[Item]:
        """As `Store.lacking_judgements`, in order (first_seen_at, id)."""
        sql = f"""
            SELECT {ITEM.names} FROM items WHERE NOT EXISTS (
                SELECT 1 FROM judgements AS j
                WHERE j.item_id = items.id AND j.recipe = ? AND j.content_hash = items.content_hash
            ) {ITEMS_IN_ORDER}"""  # noqa: S608 - names of our own fields
        return [ITEM.decode(row) for row in self._file.rows(sql, [recipe])]

    def put_judgements(self, recipe: str, judgements: Sequence[Judgement]) -> None:
        """As `Store.put_judgements`."""
        rows = [(j.item_id, recipe, j.content_hash, j.relevance.verdict, to_json(Judgement, j)) for j in judgements]
        tags = sorted({(t.tag, j.item_id) for j in judgements for t in j.taggings})
        with self._file.writing():
            self._file.many("DELETE FROM judgements WHERE item_id = ?", [(j.item_id,) for j in judgements])
            self._file.many("INSERT INTO judgements VALUES (?, ?, ?, ?, ?)", rows)
            self._file.many("INSERT INTO tags VALUES (?, ?)", tags)

    def judgements(self, item_ids: Iterable[str] | None = None) -> dict[str, Judgement]:
        """As `Store.judgements`."""
        where, values = (
            ("", []) if item_ids is None else ("WHERE item_id IN (SELECT value FROM json_each(?))", [among(item_ids)])
        )
        sql = f"SELECT item_id, judgement FROM judgements {where} ORDER BY item_id"  # noqa: S608 - conditions are ours
        return {item_id: from_json(Judgement, text) for item_id, text in self._file.rows(sql, values)}

    def put_groups(
        self,
        duplicates: Sequence[Duplicate],
        stories: Sequence[Story],
        *,
        items: Iterable[str] = (),
        parted: Iterable[str] = (),
    ) -> None:
        """As `Store.put_groups`."""
        grouped = {*items, *(i for s in stories for i in s.item_ids)}
        compared, these = among(sorted({*grouped, *parted, *(d.item_id for d in duplicates)})), among(sorted(grouped))
        with self._file.writing():
            left = {
                s.id: [i for i in s.item_ids if i not in grouped] for s in self.stories(grouped)
            }  # too old to be grouped anew
            members = [(s.id, n, item_id) for s in stories for n, item_id in enumerate((*left.get(s.id, ()), *s.item_ids))]
            self._file.run("DELETE FROM duplicates WHERE item_id IN (SELECT value FROM json_each(?))", [compared])
            self._file.run(
                "DELETE FROM stories WHERE id IN"
                " (SELECT story_id FROM story_items WHERE item_id IN (SELECT value FROM json_each(?)))",
                [these],
            )
            self._file.many("DELETE FROM stories WHERE id = ?", [(s.id,) for s in stories])
            sql = f"INSERT OR REPLACE INTO duplicates ({DUPLICATE.names}) VALUES ({DUPLICATE.marks})"  # noqa: S608 - names of our own fields
            self._file.many(sql, map(DUPLICATE.encode, duplicates))
            self._file.many("INSERT INTO stories VALUES (?, ?)", [(s.id, s.lead_id) for s in stories])
            self._file.many("INSERT INTO story_items VALUES (?, ?, ?)", members)

    def duplicates(self) -> dict[str, Duplicate]:
        """As `Store.duplicates`, in order of id."""
        sql = f"SELECT {DUPLICATE.names} FROM duplicates ORDER BY item_id"  # noqa: S608 - names of our own fields
        return {d.item_id: d for d in map(DUPLICATE.decode, self._file.rows(sql))}

    def stories(self, item_ids: Iterable[str] | None = None) -> list[Story]:
        """As `Store.stories`."""
        where, values = "", []
        if item_ids is not None:
            where = "WHERE s.id IN (SELECT story_id FROM story_items WHERE item_id IN (SELECT value FROM json_each(?)))"
            values = [among(item_ids)]
        sql = (
            "SELECT s.id, s.lead_id, m.item_id FROM stories AS s JOIN story_items AS m ON m.story_id = s.id "  # noqa: S608 - as above
            f"{where} ORDER BY s.id, m.position"
        )
        members: dict[tuple[str, str], list[str]] = {}
        for story_id, lead_id, item_id in self._file.rows(sql, values):
            members.setdefault((story_id, lead_id), []).append(item_id)
        return [Story(id=i, lead_id=lead, item_ids=tuple(found)) for (i, lead), found in members.items()]

    def forget(self, what: Sort) -> int:
        """As `Store.forget`."""
        with self._file.writing():
            gone = [self._file.run(f"DELETE FROM {table}") for table in FORGOTTEN[what]]  # noqa: S608 - our own names
            if what == "vectors":
                self._file.run("DELETE FROM models")  # a model of that name may now have another dimension
        return sum(gone)
