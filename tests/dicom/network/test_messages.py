"""Messages come together however they are cut into fragments, and nothing else does."""

from __future__ import annotations

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dicom.network.sending import MR_IMAGE, command, request_unit, store_command

from adcurate.dicom.network.file_form import file_head
from adcurate.dicom.network.limits import ReceiverLimits
from adcurate.dicom.network.messages import (
    Assembler,
    Command,
    fragments_of,
    read_command,
    write_response,
)
from adcurate.dicom.network.negotiation import agree
from adcurate.dicom.network.units import ConnectionCutError
from adcurate.dicom.received.structure import walk_object


def fragment(piece: bytes, control: int, context: int = 1) -> bytes:
    return struct.pack(">IBB", len(piece) + 2, context, control) + piece


def assembler(**limits: float) -> Assembler:
    return Assembler(ReceiverLimits(**limits), None)  # type: ignore[arg-type]


def _cut(content: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({place % (len(content) + 1) for place in places} | {0, len(content)})
    return [content[start:end] for start, end in itertools.pairwise(edges)] or [b""]


@given(
    st.lists(st.binary(max_size=200), min_size=1, max_size=4),
    st.lists(st.integers(0, 10**6), max_size=8),
    st.integers(1, 5),
)
def test_any_fragmentation_gives_the_same_messages(
    data_sets: list[bytes], places: list[int], fragments_per_unit: int
) -> None:
    whole: list[bytes] = []
    for data_set in data_sets:
        for content, is_command in ((store_command(), 1), (data_set, 0)):
            pieces = _cut(content, places)
            whole += [
                fragment(piece, is_command | (2 if number == len(pieces) - 1 else 0))
                for number, piece in enumerate(pieces)
            ]
    together = assembler()
    received = []
    for start in range(0, len(whole), fragments_per_unit):
        body = memoryview(b"".join(whole[start : start + fragments_per_unit]))
        for message in together.feed(body):
            with message.spool:
                received.append(message.spool.content())
    assert received == data_sets
    assert not together.is_within_message


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\0\0\0", "fragment"),
        (struct.pack(">IBB", 1, 1, 3), "fragment"),
        (struct.pack(">IBB", 99, 1, 3), "fragment"),
        (fragment(b"\0\0", 2), "fragment"),
        (fragment(store_command(), 3) + fragment(b"", 3), "fragment"),
        (fragment(store_command(), 3) + fragment(b"", 2, context=3), "fragment"),
        (fragment(b"\0" * 20_000, 1), "command"),
        (fragment(b"\0\0\0", 3), "command"),
        (fragment(struct.pack("<HHI", 0, 0x100, 50), 3), "command"),
        (fragment(struct.pack("<HHI", 8, 0x100, 0), 3), "command"),
        (fragment(command(1, x1000=b"1.2.\x1b[2J"), 3), "command"),
        (fragment(command(1, x1000=b"1" * 66), 3), "command"),
        (fragment(command(1, x0110=b""), 3), "command"),
        (fragment(command(0x30), 3) + fragment(b"not for an echo", 2), "message-too-long"),
    ],
)
def test_what_is_no_message_ends_the_connection_by_name(body: bytes, reason: str) -> None:
    with pytest.raises(ConnectionCutError) as cut:
        list(assembler().feed(memoryview(body)))
    assert cut.value.reason == reason


@given(st.binary(max_size=400))
def test_no_bytes_do_anything_else(body: bytes) -> None:
    one = assembler()
    try:
        for message in one.feed(memoryview(body)):
            message.spool.close()
    except ConnectionCutError:
        pass
    finally:
        one.close()


@given(st.binary(max_size=300))
def test_any_proposal_is_agreed_to_or_ends_in_one_way(items: bytes) -> None:
    try:
        agreement = agree(request_unit()[:74] + items)
    except ConnectionCutError as cut:
        assert cut.reason == "request"
    else:
        assert len(agreement.contexts) <= 128


def test_a_proposal_is_answered_as_pynetdicom_reads_it() -> None:
    from pynetdicom.pdu import A_ASSOCIATE_AC

    answer = agree(request_unit()).answer
    unit = A_ASSOCIATE_AC()
    unit.decode(struct.pack(">BxI", 2, len(answer)) + answer)
    primitive = unit.to_primitive()
    (context,) = primitive.presentation_context_definition_results_list
    assert (context.context_id, context.result, context.transfer_syntax) == (1, 0, ["1.2.840.10008.1.2.1"])
    assert primitive.maximum_length_received == 128 * 1024
    assert unit.encode()[6:] == answer


def test_an_answer_reads_back_as_pynetdicom_reads_it() -> None:
    from io import BytesIO

    from pynetdicom.dsutils import decode

    request = Command(1, 7, str(MR_IMAGE), "1.2.3", True)
    answer = decode(BytesIO(write_response(request, 0xB007, "dicom.rescale")), True, True)
    assert answer.CommandField == 0x8001
    assert answer.MessageIDBeingRespondedTo == 7
    assert answer.Status == 0xB007
    assert answer.ErrorComment == "dicom.rescale"
    assert (answer.AffectedSOPClassUID, answer.AffectedSOPInstanceUID) == (MR_IMAGE, "1.2.3")
    assert answer.CommandGroupLength == len(write_response(request, 0xB007, "dicom.rescale")) - 12


def test_a_command_that_is_cut_for_a_small_peer_reads_back() -> None:
    content = write_response(Command(1, 7, str(MR_IMAGE), "1.2.3", True), 0)
    for limit in (0, 7, 20, 10_000):
        bodies = list(fragments_of(5, content, limit))
        assert b"".join(body[6:] for body in bodies) == content
        assert [body[5] for body in bodies] == [1] * (len(bodies) - 1) + [3]
        assert all(len(body) <= limit for body in bodies if limit)


def test_a_response_is_read_as_a_command_too() -> None:
    assert read_command(command(0x8001, x0120=b"\7\0")).message_id == 7


def test_the_head_of_a_file_names_neither_sender_nor_receiver() -> None:
    data_set = struct.pack("<HH2sH", 8, 0x18, b"UI", 6) + b"1.2.3\0"
    walked = walk_object(file_head(str(MR_IMAGE), "1.2.3", "1.2.840.10008.1.2.1") + data_set)
    assert sorted(walked.meta) == [0x00020000, 0x00020001, 0x00020002, 0x00020003, 0x00020010, 0x00020012]
    assert walked.preamble_is_zero
    assert walked.text(0x00080018) == "1.2.3"
