"""The still of a video that has no picture of its own: one colour, the same for the same video."""

import hashlib
import io

from PIL import Image
from starlette.requests import Request
from starlette.responses import Response


async def still(request: Request) -> Response:
    digest = hashlib.sha256(request.path_params["video_id"].encode()).digest()
    written = io.BytesIO()
    Image.new("RGB", (480, 360), (digest[0], digest[1], digest[2])).save(written, "JPEG")
    return Response(written.getvalue(), media_type="image/jpeg")
