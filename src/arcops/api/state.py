"""What a running API holds, handed to each route."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from arcops.api.fragments import StatusBodies
from arcops.api.metrics import RequestMeter
from arcops.chat.answer import Chat
from arcops.queries.services import Services


@dataclass(slots=True)
class ApiState:
    """The floors below, and what is kept between requests."""

    services: Services
    status: StatusBodies
    chat: Chat
    meter: RequestMeter = field(default_factory=RequestMeter)


def api_state(request: Request) -> ApiState:
    """The state of the app a request came to."""
    state: ApiState = request.app.state.arcops
    return state


def services_of(request: Request) -> Services:
    """The services of the app a request came to."""
    return api_state(request).services


def chat_of(request: Request) -> Chat:
    """The chat of the app a request came to."""
    return api_state(request).chat


State = Annotated[ApiState, Depends(api_state)]
Asked = Annotated[Services, Depends(services_of)]
Talk = Annotated[Chat, Depends(chat_of)]
