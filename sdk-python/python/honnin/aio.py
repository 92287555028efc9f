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
import functools
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterable
from concurrent.futures import CancelledError, Future
from types import TracebackType
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

import honnin
from honnin import errors
from honnin._tables import CardKind, ExtendedLength, ReaderInterface

__all__ = ["Card", "CardEvent", "open_card", "readers", "wait_for_card", "wait_for_removal", "watch"]

_P = ParamSpec("_P")
_T = TypeVar("_T")
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


def _awaitable(
    operation: Callable[Concatenate[honnin.Card, _P], _T],
) -> Callable[Concatenate[Card, _P], Coroutine[Any, Any, _T]]:
    """An operation of `honnin.Card` as one of `Card`: the same arguments, and its answer is awaited."""

    @functools.wraps(operation)
    async def awaited(self: Card, /, *arguments: _P.args, **options: _P.kwargs) -> _T:
        return await self._run(lambda: operation(self._card, *arguments, **options))

    return awaited


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
    def exchanges(self) -> int:
        """As `honnin.Card.exchanges`."""
        return self._card.exchanges

    @property
    def closed(self) -> bool:
        """As `honnin.Card.closed`."""
        return self._card.closed

    # The operations take what those of `honnin.Card` take. The `timestamp` of a signature is called on their thread.
    info = _awaitable(honnin.Card.info)
    pin_tries = _awaitable(honnin.Card.pin_tries)
    verify_pin = _awaitable(honnin.Card.verify_pin)
    change_pin = _awaitable(honnin.Card.change_pin)
    forget_pin = _awaitable(honnin.Card.forget_pin)
    certificate = _awaitable(honnin.Card.certificate)
    sign = _awaitable(honnin.Card.sign)
    sign_digest = _awaitable(honnin.Card.sign_digest)
    sign_cms = _awaitable(honnin.Card.sign_cms)
    add_to_cms = _awaitable(honnin.Card.add_to_cms)
    sign_pdf = _awaitable(honnin.Card.sign_pdf)
    text = _awaitable(honnin.Card.text)
    my_number = _awaitable(honnin.Card.my_number)
    age_record = _awaitable(honnin.Card.age_record)
    face = _awaitable(honnin.Card.face)
    genuine = _awaitable(honnin.Card.genuine)

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

    def __await__(self) -> Generator[Any, None, Card]:
        return self._open().__await__()

    async def __aenter__(self) -> Card:
        self._card = await self._open()
        return self._card

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._card is not None:
            await self._card.close()


def open_card(
    reader: _Which = None,
    timeout: float | None = 30.0,
    *,
    connection: honnin.Connection | None = None,
    permit_my_number: bool = False,
    my_number_purpose: str | None = None,
    exclusive: bool = False,
    extended_length: ExtendedLength | str = ExtendedLength.AUTO,
    grace: float | None = 0.0,
    progress: Callable[[honnin.Progress], bool | Awaitable[bool | None] | None] | None = None,
    pin_entry: Callable[[honnin.PinKind, int | None], _Pin | Awaitable[_Pin | None] | None] | None = None,
    secure_messaging: bool = False,
) -> _Opening:
    """Opens a card, as `honnin.open_card` does: `async with` it, or `await` it and `close` the card."""
    options = {
        "connection": connection,
        "permit_my_number": permit_my_number,
        "my_number_purpose": my_number_purpose,
        "exclusive": exclusive,
        "extended_length": extended_length,
        "grace": grace,
        "progress": progress,
        "pin_entry": pin_entry,
        "secure_messaging": secure_messaging,
    }
    return _Opening(reader, timeout, options)


async def readers() -> list[honnin.Reader]:
    """As `honnin.readers`."""
    return await _threaded(honnin.readers, lambda: None)


async def wait_for_card(timeout: float | None = 30.0, *, reader: _Which = None) -> honnin.Reader:
    """As `honnin.wait_for_card`."""
    return await _in_pieces(lambda seconds: honnin.wait_for_card(seconds, reader=reader), timeout, (errors.CardAbsent,))


async def wait_for_removal(timeout: float | None = 30.0, *, reader: _Which = None) -> None:
    """As `honnin.wait_for_removal`."""
    await _in_pieces(lambda seconds: honnin.wait_for_removal(seconds, reader=reader), timeout, (errors.Timeout,))


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


async def _in_pieces(operation: Callable[[float], _T], timeout: float | None, go_on: tuple[type[BaseException], ...]) -> _T:
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
