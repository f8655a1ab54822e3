"""Uvicorn's WebSocket protocol, with an end for peers that neither read nor hang up.

asyncio closes a connection only when what was written has been taken, and a peer behind a broken network, or a
program that is stopped, takes nothing for ever: its descriptor and buffers would stay until the kernel gives up,
a quarter of an hour later or never. So a connection whose consumer has ended is cut off after a short grace.
Named to uvicorn by ``--ws umemployed.realtime.wire:Protocol``.
"""

from __future__ import annotations

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

GRACE_SECONDS = 5.0  # for the peer to take what was written, the close frame included


class Protocol(WebSocketsSansIOProtocol):
    """One connection, which ends at the latest GRACE_SECONDS after its consumer."""

    async def run_asgi(self) -> None:
        """Run the consumer, and see to it that nothing of the connection outlives it for long."""
        try:
            await super().run_asgi()
        finally:
            if not self.disconnected:
                self.loop.call_later(GRACE_SECONDS, self.cut_off)

    def cut_off(self) -> None:
        """Drop the connection with whatever still waits to be written."""
        if not self.disconnected:
            self.transport.abort()
