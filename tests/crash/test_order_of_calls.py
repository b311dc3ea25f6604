"""What no kill can show: each object is synced, named, its row committed, and only then answered for.

Read from the record of system calls.
"""

from __future__ import annotations

import re

import pytest
from tests.crash.harness import fresh


def faults_of_order(trace: str, answers: tuple[str, ...]) -> list[str]:
    """What is wrong with the order of calls before each answer."""
    faults: list[str] = []
    synced: set[str] = set()
    since: list[tuple[str, str, str]] = []
    left = list(answers)
    for line in trace.splitlines():
        found = re.match(r"\d+\s+(\w+)\((.*)\) = (?!-1)", line)
        if not found:
            continue
        call, arguments = found[1], found[2]
        path = re.match(r"\d+<([^>]*)>", arguments)
        names = re.findall(r'"([^"]*)"', arguments)
        if call in ("fsync", "fdatasync") and path:
            synced.add(path[1])
            since.append(("sync", path[1], ""))
        elif call == "rename":
            if names[0] not in synced:
                faults.append(f"renamed before it was synced: {names[0]}")
            since.append(("rename", names[0], names[1]))
        elif call in ("write", "pwrite64") and path:
            synced.discard(path[1])
            since.append(("write", path[1], ""))
        elif call == "sendto":
            faults += _faults_before(left.pop(0), since)
            since = []
    assert not left
    return faults


def _faults_before(answer: str, since: list[tuple[str, str, str]]) -> list[str]:
    name, _, fate = answer.partition(" ")
    faults = []
    commits = [i for i, (what, path, _) in enumerate(since) if what == "sync" and path.endswith("-wal")]
    rows = [i for i, (what, path, _) in enumerate(since) if what == "write" and path.endswith("-wal")]
    if not commits or (rows and rows[-1] > commits[-1]):
        return [f"{name}: answered before its row was synced"]
    zone = {"stored": "/objects/", "quarantined": "/vault/"}.get(fate)
    renames = [
        (i, new) for i, (what, _, new) in enumerate(since) if what == "rename" and zone and zone in new
    ]
    if zone and not renames:
        faults.append(f"{name}: answered without a file")
    for i, new in renames:
        folder = new.rpartition("/")[0]
        if not any(since[j][:2] == ("sync", folder) for j in range(i, commits[-1])):
            faults.append(f"{name}: its folder was not synced before its row")
    return faults


def trace_of(bench, work, bug=""):
    ended = bench.nursery.run(work, fresh(bench.template(work), bench.place), bench.inputs, bug=bug)
    assert ended.exit_code == 0
    return ended


@pytest.mark.parametrize("bug", ["no sync", "row before file", "answer before commit"])
def test_the_reader_of_the_record_catches_a_planted_bug(bench, bug):
    ended = trace_of(bench, "objects", bug)
    assert faults_of_order(ended.trace, ended.answers)


def test_each_object_is_synced_named_and_committed_before_it_is_answered_for(bench):
    ended = trace_of(bench, "objects")
    assert ended.answers == ("first stored", "second stored", "broken quarantined", "first duplicate")
    assert faults_of_order(ended.trace, ended.answers) == []


@pytest.mark.parametrize("work", ["worksheet", "contours"])
def test_what_is_imported_is_committed_before_it_is_answered_for(bench, work):
    ended = trace_of(bench, work)
    assert faults_of_order(ended.trace, ended.answers) == []
