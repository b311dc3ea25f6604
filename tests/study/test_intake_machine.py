"""Whatever comes in whatever order, with restarts: the count adds up and nothing is overwritten.

``ADCURATE_SOAK=1`` runs a thousand sequences of fifty steps.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.receiving.intake import Intake
from adcurate.study.receiving.quarantine import try_again

SOAK = bool(os.environ.get("ADCURATE_SOAK"))
PRESCRIPTION = ExamPrescription(
    patient_id="A1",
    patient_name="SYNTHETIC^A1",
    birth_date="19600101",
    sex="F",
    exam_date="20240102",
    dialect="ge",
    model="Phantom",
    field_strength_t=1.5,
    b_values=(0.0, 800.0),
    lesions=(LesionPrescription("1", "liver", 0.0010, 0.0007),),
)


def _objects() -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory() as folder:
        write_exam(simulate_exam(PRESCRIPTION), Path(folder))
        files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        return tuple(path.read_bytes() for path in files[:3])


class Intakes(RuleBasedStateMachine):
    """One study, its intake opened and closed; a model of what must be in it."""

    objects: tuple[bytes, ...] = ()

    @initialize()
    def make(self) -> None:
        if not Intakes.objects:
            Intakes.objects = _objects()
        self.place = tempfile.TemporaryDirectory()
        place = Path(self.place.name)
        self.study = create_study(place / "study", key_file=place / "key").folder
        self.intake = Intake(self.study, source="dimse").__enter__()
        self.expected: Counter[str] = Counter()
        self.first: dict[int, bytes] = {}
        self.refused: dict[bytes, str] = {}

    def _receive(self, content: bytes, fate: str, code: str = "") -> None:
        outcome = self.intake.receive(content, "object")
        assert (outcome.fate, outcome.code) == (fate, code)
        if fate != "skipped":
            self.expected["received"] += 1
            self.expected[fate] += 1

    @rule(number=st.integers(0, 2))
    def ingest(self, number: int) -> None:
        """An object as it is, and again as it was."""
        content = self.objects[number]
        known = self.first.get(number)
        if known is None:
            self.first[number] = content
            self._receive(content, "stored")
        elif known == content:
            self._receive(content, "duplicate")
        else:
            self._conflict(content)

    @rule(number=st.integers(0, 2), bit=st.integers(0, 2))
    def change(self, number: int, bit: int) -> None:
        """The same UID with other pixels."""
        content = bytearray(self.objects[number])
        content[-2] ^= 1 << bit
        changed = bytes(content)
        if number not in self.first:
            self.first[number] = changed
            self._receive(changed, "stored")
        elif self.first[number] == changed:
            self._receive(changed, "duplicate")
        else:
            self._conflict(changed)

    def _conflict(self, content: bytes) -> None:
        known = content in self.refused
        self.refused[content] = "dicom.uid-conflict"
        self._receive(content, "duplicate" if known else "quarantined", "dicom.uid-conflict")

    @rule(number=st.integers(0, 2), cut=st.integers(1, 3))
    def cut(self, number: int, cut: int) -> None:
        """An object that did not arrive whole."""
        content = self.objects[number][: -100 * cut]
        known = content in self.refused
        self.refused[content] = "dicom.truncated"
        self._receive(content, "duplicate" if known else "quarantined", "dicom.truncated")

    @rule(number=st.integers(0, 2))
    def leave(self, number: int) -> None:
        """Another modality's image."""
        other = self.objects[number].replace(b"1.2.840.10008.5.1.4.1.1.4", b"1.2.840.10008.5.1.4.1.1.2")
        self._receive(other.replace(b"CS\x02\x00MR", b"CS\x02\x00CT"), "skipped", "not-mr")

    @rule()
    def restart(self) -> None:
        """Close and open again."""
        self.intake.__exit__(None, None, None)
        self.intake = Intake(self.study, source="dimse").__enter__()

    @rule()
    def try_all_again(self) -> None:
        """What was refused stays refused, and is counted once."""
        self.intake.__exit__(None, None, None)
        assert all(outcome.fate == "quarantined" for outcome in try_again(self.study, "a test").outcomes)
        self.intake = Intake(self.study, source="dimse").__enter__()

    @invariant()
    def everything_is_accounted_for(self) -> None:
        if not hasattr(self, "intake"):
            return
        with self.study.open_store("read") as store:
            assert store.instances.verify() == ()
            totals = store.instances.totals()
            assert totals.received == totals.stored + totals.duplicate + totals.quarantined
            counted = {
                name: getattr(totals, name) for name in ("received", "stored", "duplicate", "quarantined")
            }
            assert counted == {name: self.expected[name] for name in counted}
            vault = self.study.open_vault(store)
            digest = vault.pseudonyms.received_digest
            assert {record.received_digest for record in store.instances.all()} == {
                digest(content) for content in self.first.values()
            }
            assert {vault.get_bytes(record.vault_name): record.code for record in store.quarantine.all()} == (
                self.refused
            )

    def teardown(self) -> None:
        if hasattr(self, "intake"):
            self.intake.__exit__(None, None, None)
            self.place.cleanup()


Intakes.TestCase.settings = settings(
    max_examples=1000 if SOAK else 6,
    stateful_step_count=50 if SOAK else 8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestIntakes = pytest.mark.slow(Intakes.TestCase) if SOAK else Intakes.TestCase
