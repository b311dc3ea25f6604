"""What readers will ask for first is loaded before they sign in."""

from __future__ import annotations

from tests.reading_room import begin, opened_room

from adcurate.study.reading.case import load_first_cases
from adcurate.study.reading.next_case import item_of, reading_list


def test_the_first_case_of_each_reader_is_loaded_once_reading_has_begun(readable, monkeypatch):
    with opened_room(readable("")) as room:
        asked: list[str] = []
        monkeypatch.setattr(room.images, "prefetch", asked.append)
        load_first_cases(room)
        assert asked == []
        begin(room)
        load_first_cases(room)
        first = [reading_list(room, reader).next_item for reader in ("anna", "ben")]
        assert asked == [
            item_of(room, reader, item or "").study_instance_uid
            for reader, item in zip(("anna", "ben"), first, strict=True)
        ]
