"""honnin.aio: operations as awaitables, and what becomes of the card when a task is cancelled."""

from __future__ import annotations

import asyncio
import inspect
import time

import honnin
import honnin.aio
import pytest
from honnin import errors


def test_a_card_is_read_and_signs_while_the_loop_goes_on(virtual: honnin.VirtualCard) -> None:
    async def serve() -> int:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.001)
                ticks += 1

        ticking = asyncio.create_task(tick())
        async with honnin.aio.open_card(virtual) as card:
            await card.verify_pin("signing", "ABC123")
            certificate = await card.certificate()
            signature, tries = await asyncio.gather(card.sign(b"order"), card.pin_tries(honnin.PinKind.AUTHENTICATION))
            assert tries == 3
            honnin.verify(certificate, b"order", signature)
        ticking.cancel()
        assert card.closed
        return ticks

    assert asyncio.run(serve()) > 0
    assert not virtual.is_verified("signing")


def test_a_pin_may_be_awaited_in_the_loop(virtual: honnin.VirtualCard) -> None:
    loops = []

    async def ask(kind: honnin.PinKind, tries: int | None) -> str:
        loops.append(asyncio.get_running_loop())
        await asyncio.sleep(0)
        assert (kind, tries) == (honnin.PinKind.SIGNING, 5)
        return "ABC123"

    async def serve() -> None:
        async with honnin.aio.open_card(virtual, pin_entry=ask) as card:
            await card.verify_pin("signing")
        assert loops == [asyncio.get_running_loop()]

    asyncio.run(serve())


def test_a_task_cancelled_at_the_pin_entry_sends_none_and_leaves_the_card(
    virtual: honnin.VirtualCard,
) -> None:
    async def ask(kind: honnin.PinKind, tries: int | None) -> str:
        await asyncio.sleep(60)
        return "ABC123"

    async def serve() -> BaseException | None:
        async with honnin.aio.open_card(virtual, pin_entry=ask) as card:
            task = asyncio.create_task(card.verify_pin("signing"))
            await asyncio.sleep(0.1)
            task.cancel()
            begun = time.monotonic()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            assert time.monotonic() - begun < 5
            # Up to Python 3.10 a task raises an error of its own, behind which that of the coroutine stands.
            behind = caught.value.__context__
            return caught.value.__cause__ or (behind.__cause__ if behind else None)

    assert isinstance(asyncio.run(serve()), errors.Cancelled)
    # VERIFY without data asks for the counter.
    verifies = [seen for seen in virtual.transcript() if seen.header.startswith("0020") and seen.data_length]
    assert (verifies, virtual.tries_left("signing")) == ([], 5)


def test_an_error_is_the_exception_that_it_always_is(virtual: honnin.VirtualCard) -> None:
    async def serve() -> None:
        async with honnin.aio.open_card(virtual) as card:
            with pytest.raises(errors.PinIncorrect) as caught:
                await card.verify_pin("signing", "WRONG99")
            assert caught.value.tries_left == 4

    asyncio.run(serve())


def test_a_wait_ends_with_its_time_and_with_its_task(virtual: honnin.VirtualCard) -> None:
    async def serve() -> None:
        virtual.remove()
        with pytest.raises(errors.CardAbsent):
            await honnin.aio.wait_for_card(0.3, reader=virtual)
        with pytest.raises(errors.CardAbsent):
            await honnin.aio.open_card(virtual, 0.3)
        waiting = asyncio.create_task(honnin.aio.wait_for_card(None, reader=virtual))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        opening = asyncio.create_task(honnin.aio.wait_for_card(None, reader=virtual))
        await asyncio.sleep(0.25)
        virtual.insert()
        assert (await opening).card_present
        with pytest.raises(errors.Timeout):
            await honnin.aio.wait_for_removal(0.3, reader=virtual)

    asyncio.run(serve())


def test_cards_that_come_and_go_are_events(virtual: honnin.VirtualCard) -> None:
    async def serve() -> list[bool]:
        seen = []
        async for event in honnin.aio.watch(virtual, every=0.01):
            seen.append(event.present)
            if len(seen) == 3:
                return seen
            (virtual.remove if event.present else virtual.insert)()
        return seen

    assert asyncio.run(serve()) == [True, False, True]


def test_every_operation_of_a_card_can_be_awaited() -> None:
    plain = {name for name in dir(honnin.Card) if not name.startswith("_")}
    assert plain <= set(dir(honnin.aio.Card))


def test_an_operation_takes_what_that_of_a_card_takes_and_nothing_else(virtual: honnin.VirtualCard) -> None:
    async def serve() -> None:
        async with honnin.aio.open_card(virtual) as card:
            with pytest.raises(TypeError):
                # A misspelt option is found without a card, by mypy: without an error here it complains of this line.
                await card.verify_pin("signing", "ABC123", keep_trys=2)  # type: ignore[call-arg]
            await card.verify_pin("signing", "ABC123", keep_tries=2)
            assert card.exchanges > 0

    with pytest.raises(TypeError):
        honnin.aio.open_card(virtual, exclusiv=True)  # type: ignore[call-arg]
    asyncio.run(serve())
    sent = [seen for seen in virtual.transcript() if seen.header.startswith("0020") and seen.data_length]
    assert len(sent) == 1
    assert inspect.signature(honnin.aio.Card.sign) == inspect.signature(honnin.Card.sign)
    assert honnin.aio.Card.sign.__doc__ == honnin.Card.sign.__doc__
