"""Plain HTTP beside Streamlit: the posts of the sign-in screen, the demo's link, and the console's health."""

from __future__ import annotations

import logging
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from genjobs.domain.errors import ConsoleError
from genjobs.runtime import Runtime
from genjobs.web import demo, sign_in
from genjobs.web.forms import FormTooLarge, read_form
from genjobs.web.same_origin import is_same_origin
from genjobs.web.visit import Visit, notice_of

logger = logging.getLogger(__name__)

Action = Callable[[Visit], Response]

_POSTS: dict[str, Action] = {
    "/session/sign-in": sign_in.sign_in,
    "/session/sign-up": sign_in.sign_up,
    "/session/code": sign_in.send_code,
    "/session/verify": sign_in.verify,
    "/session/recover": sign_in.recover,
    "/session/password": sign_in.set_password,
    "/session/demo": sign_in.sign_in_as_demo_person,
    "/session/sign-out": sign_in.sign_out,
}


def routes(runtime: Callable[[], Runtime]) -> list[Route]:
    """The routes of a console; `runtime` is called for each request, never before."""
    posts = [_post(path, action, runtime) for path, action in _POSTS.items()]
    link = Route(f"{demo.PATH}/{{token}}", _link(runtime), methods=["GET"])
    health = [Route(path, _health(runtime), methods=["GET"]) for path in ("/health", "/healthz")]
    return [*posts, link, *health]


def _post(path: str, action: Action, runtime: Callable[[], Runtime]) -> Route:
    async def endpoint(request: Request) -> Response:
        if not is_same_origin(request.headers):
            return PlainTextResponse("This form was sent from another site, so it was refused.", 403)
        try:
            form = await read_form(request)
        except FormTooLarge:
            return PlainTextResponse("This form is larger than any that the console sends.", 413)
        return await run_in_threadpool(_answer, action, Visit(request, form, runtime()))

    return Route(path, endpoint, methods=["POST"])


def _link(runtime: Callable[[], Runtime]) -> Callable[[Request], Response]:
    return lambda request: demo.arrive(Visit(request, {}, runtime()))


def _answer(action: Action, visit: Visit) -> Response:
    try:
        return action(visit)
    except ConsoleError as error:
        notice = notice_of(error)
        logger.info("%s: %s (%s)", visit.request.url.path, error.message, error.code or notice)
        return visit.back(sign_in.view_of(visit), notice)


def _health(runtime: Callable[[], Runtime]) -> Callable[[Request], Response]:
    def health(request: Request) -> Response:
        progress, demo_data = runtime().progress(), runtime().demo_progress()
        body = {
            "status": progress.state,
            "step": progress.steps[-1] if progress.steps else None,
            "error": progress.error.message if progress.error else None,
            "database_answers": runtime().database_answers(),
            "demo": str(demo_data) if demo_data else None,
        }
        status = 200 if progress.state == "ready" else 503
        return JSONResponse(body, status, headers={"Cache-Control": "no-store"})

    return health
