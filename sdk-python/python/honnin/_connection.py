"""The interface by which a program carries the commands itself."""

from __future__ import annotations

from abc import ABC, abstractmethod

from honnin._tables import Disposition, ReaderInterface


class Connection(ABC):
    """A connection to one card that the program reaches by its own means: `open_card(connection=…)`.

    Commands carry PINs: never log them. Send each command once, as given; neither follow 61xx nor repeat
    after 6Cxx. For a card that is gone raise `honnin.errors.CardRemoved`, for a disturbed contact
    `CardUnstable`; any other exception is READER_FAILED, with that exception as its cause.

    The methods are called on the thread that called the card.
    """

    #: How the card meets the reader.
    interface: ReaderInterface = ReaderInterface.UNKNOWN
    #: What the reader says of extended-length APDUs; None if it says nothing.
    extended_length: bool | None = None
    #: Whether a virtual card answers.
    is_virtual: bool = False

    @abstractmethod
    def transmit(self, command: bytes, timeout: float) -> bytes:
        """Sends one command and returns the whole answer, status word included."""

    def begin(self, timeout: float) -> None:  # noqa: B027
        """Begins a transaction: no other program reaches the card until `end`."""

    def end(self, disposition: Disposition) -> None:  # noqa: B027
        """Ends the transaction. With RESET or UNPOWER the card must lose what it had verified."""

    def claim(self, timeout: float) -> None:  # noqa: B027
        """Makes this connection the only one, so that nobody else uses what a PIN opened."""

    def wait_for_card(self, timeout: float) -> bool | None:
        """Waits for a card that was lifted, at most `timeout` seconds (never more than 0.1): whether one is there.

        From then on this is a connection to that card. None, unless overridden: it cannot wait.
        """
        return None
