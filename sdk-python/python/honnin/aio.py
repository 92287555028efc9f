"""honnin for asyncio: card events, and every operation of a card as an awaitable.

async with honnin.aio.open_card(timeout=30) as card:
    await card.verify_pin("signing", password)
    certificate = await card.certificate()

async for event in honnin.aio.watch():
    print(event.reader.name, event.present)

An operation runs on a thread, and the loop goes on meanwhile. When the task that awaits it is cancelled (`asyncio.timeout`,
`task.cancel()`), the operation is cancelled on the card, which leaves its application, and only then does the task end: what
happened to a PIN meanwhile is the cause of the CancelledError. Callbacks are called in the loop and may be `async`.
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from concurrent.futures import CancelledError, Future
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, TypeVar

import honnin
from honnin import errors
from honnin._tables import CardKind, ReaderInterface

__all__ = ["Card", "CardEvent", "open_card", "readers", "wait_for_card", "wait_for_removal", "watch"]

_T = TypeVar("_T")
_Bytes = bytes | bytearray | memoryview
_Pin = str | bytes | bytearray | honnin.Pin
_Which = str | honnin.Reader | honnin.VirtualCard | None

#: A wait is made of pieces of so many seconds, and a task that is cancelled ends after the piece that runs.
_PIECE = 0.2


class CardEvent(NamedTuple):
    """A card came or went."""

    #: The reader as it is now, or as it was last if it has been unplugged.
    reader: honnin.Reader
    #: Whether a card is there now.
    present: bool


class Card:
    """An open card, as `honnin.Card` with awaitable operations; what each means stands there.

    Of `async with honnin.aio.open_card(...)`. Operations that are started together wait for each other.
    """

    def __init__(self, card: honnin.Card, callbacks: _Callbacks | None = None) -> None:
        self._card = card
        self._callbacks = callbacks
        self._turn = asyncio.Lock()

    async def _run(self, operation: Callable[[], _T]) -> _T:
        async with self._turn:
            return await _threaded(operation, self._cancel)

    def _cancel(self) -> None:
        if self._callbacks is not None:
            self._callbacks.cancel()
        self._card.cancel()

    @property
    def kind(self) -> CardKind:
        """As `honnin.Card.kind`."""
        return self._card.kind

    @property
    def reader(self) -> str:
        """As `honnin.Card.reader`."""
        return self._card.reader

    @property
    def reader_interface(self) -> ReaderInterface:
        """As `honnin.Card.reader_interface`."""
        return self._card.reader_interface

    @property
    def is_virtual(self) -> bool:
        """As `honnin.Card.is_virtual`."""
        return self._card.is_virtual

    @property
    def closed(self) -> bool:
        """As `honnin.Card.closed`."""
        return self._card.closed

    async def info(
        self, *, serial: bool = False, municipality: bool = False, certificates: bool = True
    ) -> honnin.CardInfo:
        """As `honnin.Card.info`."""
        return await self._run(
            lambda: self._card.info(serial=serial, municipality=municipality, certificates=certificates)
        )

    async def pin_tries(self, kind: honnin.PinKind | str) -> int | None:
        """As `honnin.Card.pin_tries`."""
        return await self._run(lambda: self._card.pin_tries(kind))

    async def verify_pin(self, kind: honnin.PinKind | str, value: _Pin | None = None, **options: Any) -> None:
        """As `honnin.Card.verify_pin`, with its options."""
        await self._run(lambda: self._card.verify_pin(kind, value, **options))

    async def change_pin(
        self, kind: honnin.PinKind | str, old: _Pin | None, new: _Pin, **options: Any
    ) -> None:
        """As `honnin.Card.change_pin`, with its options."""
        await self._run(lambda: self._card.change_pin(kind, old, new, **options))

    async def forget_pin(self) -> None:
        """As `honnin.Card.forget_pin`."""
        await self._run(self._card.forget_pin)

    async def certificate(
        self, kind: honnin.CertificateKind | str = honnin.CertificateKind.SIGNING
    ) -> honnin.Certificate:
        """As `honnin.Card.certificate`."""
        return await self._run(lambda: self._card.certificate(kind))

    async def sign(self, data: _Bytes | BinaryIO, **options: Any) -> bytes:
        """As `honnin.Card.sign`, with its options."""
        return await self._run(lambda: self._card.sign(data, **options))

    async def sign_digest(self, digest: _Bytes, **options: Any) -> bytes:
        """As `honnin.Card.sign_digest`, with its options."""
        return await self._run(lambda: self._card.sign_digest(digest, **options))

    async def sign_cms(self, data: _Bytes | BinaryIO, **options: Any) -> bytes:
        """As `honnin.Card.sign_cms`, with its options; `timestamp` is called on the thread of the operation."""
        return await self._run(lambda: self._card.sign_cms(data, **options))

    async def add_to_cms(
        self, cms: _Bytes, content: _Bytes | BinaryIO | None = None, **options: Any
    ) -> bytes:
        """As `honnin.Card.add_to_cms`, with its options."""
        return await self._run(lambda: self._card.add_to_cms(cms, content, **options))

    async def sign_pdf(self, data: _Bytes | BinaryIO, **options: Any) -> bytes:
        """As `honnin.Card.sign_pdf`, with its options."""
        return await self._run(lambda: self._card.sign_pdf(data, **options))

    async def text(self, *, integrity: bool = False, trust: honnin.Trust | None = None) -> honnin.Holder:
        """As `honnin.Card.text`."""
        return await self._run(lambda: self._card.text(integrity=integrity, trust=trust))

    async def my_number(self) -> str:
        """As `honnin.Card.my_number`."""
        return await self._run(self._card.my_number)

    async def age_record(
        self, *, integrity: bool = False, trust: honnin.Trust | None = None
    ) -> honnin.Holder:
        """As `honnin.Card.age_record`."""
        return await self._run(lambda: self._card.age_record(integrity=integrity, trust=trust))

    async def face(self, *, trust: honnin.Trust | None = None) -> honnin.Face:
        """As `honnin.Card.face`."""
        return await self._run(lambda: self._card.face(trust=trust))

    async def genuine(self, *, trust: honnin.Trust | None = None) -> honnin.Report:
        """As `honnin.Card.genuine`."""
        return await self._run(lambda: self._card.genuine(trust=trust))

    def cancel(self) -> None:
        """Ends what runs on the card; it raises Cancelled."""
        self._cancel()

    async def close(self) -> None:
        """Leaves the application and lets go of the card. A second close does nothing."""
        async with self._turn:
            # Not to be cancelled: a card that stays verified is worse than a task that ends later.
            await _threaded(self._card.close, lambda: None)


class _Opening:
    """What `open_card` returns: `async with` it, or `await` it and close the card."""

    def __init__(self, reader: _Which, timeout: float | None, options: dict[str, Any]) -> None:
        self._reader = reader
        self._timeout = timeout
        self._options = options
        self._card: Card | None = None

    async def _open(self) -> Card:
        options = dict(self._options)
        callbacks = _Callbacks(asyncio.get_running_loop())
        for name in ("progress", "pin_entry"):
            if options.get(name) is not None:
                options[name] = callbacks.in_loop(options[name])
        opened: list[honnin.Card] = []

        def piece(seconds: float) -> None:
            opened.append(honnin.open_card(self._reader, seconds, **options))

        try:
            await _in_pieces(piece, self._timeout, (errors.CardAbsent, errors.ReaderBusy))
        except asyncio.CancelledError:
            for card in opened:
                await _threaded(card.close, lambda: None)
            raise
        return Card(opened[0], callbacks)

    def __await__(self) -> Any:
        return self._open().__await__()

    async def __aenter__(self) -> Card:
        self._card = await self._open()
        return self._card

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._card is not None:
            await self._card.close()


def open_card(reader: _Which = None, timeout: float | None = 30.0, **options: Any) -> _Opening:
    """Opens a card, as `honnin.open_card` with its options: `async with` it, or `await` it and `close` the card."""
    return _Opening(reader, timeout, options)


async def readers() -> list[honnin.Reader]:
    """As `honnin.readers`."""
    return await _threaded(honnin.readers, lambda: None)


async def wait_for_card(timeout: float | None = 30.0, *, reader: _Which = None) -> honnin.Reader:
    """As `honnin.wait_for_card`."""
    return await _in_pieces(
        lambda seconds: honnin.wait_for_card(seconds, reader=reader), timeout, (errors.CardAbsent,)
    )


async def wait_for_removal(timeout: float | None = 30.0, *, reader: _Which = None) -> None:
    """As `honnin.wait_for_removal`."""
    await _in_pieces(
        lambda seconds: honnin.wait_for_removal(seconds, reader=reader), timeout, (errors.Timeout,)
    )


async def watch(
    reader: str | honnin.Reader | honnin.VirtualCard | None = None, *, every: float = 0.25
) -> AsyncIterator[CardEvent]:
    """Cards that come and go, without end: first those that are there, then each change.

    Looks every so many seconds; a card that was away for less is not told of. Without PC/SC it raises
    ReaderServiceUnavailable, as `honnin.readers` does.
    """
    known: dict[str, honnin.Reader] = {}
    while True:
        now = {found.name: found for found in await _seen(reader)}
        for name, found in now.items():
            before = known.get(name)
            if found.card_present != (before is not None and before.card_present):
                yield CardEvent(found, found.card_present)
        for name, gone in known.items():
            if name not in now and gone.card_present:
                yield CardEvent(gone, False)
        known = now
        await asyncio.sleep(every)


async def _seen(reader: _Which) -> Iterable[honnin.Reader]:
    if isinstance(reader, honnin.VirtualCard):
        return [honnin.Reader("virtual", card_present=reader.is_inserted, is_virtual=True)]
    name = reader.name if isinstance(reader, honnin.Reader) else reader
    return [found for found in await readers() if name is None or found.name == name]


class _Callbacks:
    """Callbacks of the program, called in its loop by the thread of an operation, which waits for the answer."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: set[Future[Any]] = set()

    def in_loop(self, callback: Callable[..., Any]) -> Callable[..., Any]:
        async def answer(*arguments: Any) -> Any:
            given = callback(*arguments)
            return await given if inspect.isawaitable(given) else given

        def called(*arguments: Any) -> Any:
            future = asyncio.run_coroutine_threadsafe(answer(*arguments), self._loop)
            self._waiting.add(future)
            try:
                return future.result()
            except CancelledError as error:
                raise errors.Cancelled("cancelled while a callback was awaited") from error
            finally:
                self._waiting.discard(future)

        return called

    def cancel(self) -> None:
        for future in tuple(self._waiting):
            future.cancel()


async def _threaded(operation: Callable[[], _T], cancel: Callable[[], None]) -> _T:
    """Runs the operation on a thread. A task that is cancelled cancels it, and waits for its end."""
    running = asyncio.ensure_future(asyncio.to_thread(operation))
    interrupted: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:
            interrupted = error
            cancel()
    if interrupted is not None:
        raise interrupted from running.exception()
    return running.result()


async def _in_pieces(
    operation: Callable[[float], _T], timeout: float | None, go_on: tuple[type[BaseException], ...]
) -> _T:
    """A wait as many short ones, for a short one need not be cancelled. Its last answer is the answer."""
    until = None if timeout is None else time.monotonic() + timeout
    while True:
        left = _PIECE if until is None else until - time.monotonic()

        def piece(seconds: float = max(0.0, min(left, _PIECE))) -> _T:
            return operation(seconds)

        begun = time.monotonic()
        try:
            return await _threaded(piece, lambda: None)
        except go_on:
            if until is not None and time.monotonic() >= until:
                raise
            # One that answers at once (no reader yet) is not asked without a pause.
            await asyncio.sleep(max(0.0, begun + _PIECE - time.monotonic()))
