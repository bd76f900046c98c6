"""Who draws and what that costs: a model's stanza of `configs/models.yml`, and how its provider is reached."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from adlocalizer.domain.noun import Id, Micros, Noun
from adlocalizer.domain.request import Usage
from adlocalizer.domain.shape import Ratio, SearchKind, Size, ThinkingLevel

Mode = Literal["interactive", "batch"]
"""How a provider is asked: request by request, or in files of requests at a lower price."""

HarmCategory = Literal[
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
    "HARM_CATEGORY_IMAGE_HATE",
    "HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT",
    "HARM_CATEGORY_IMAGE_HARASSMENT",
    "HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT",
]
HarmThreshold = Literal["BLOCK_LOW_AND_ABOVE", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_ONLY_HIGH", "BLOCK_NONE", "OFF"]


class TokenPrices(Noun):
    """What tokens cost, in micros of a US dollar per million: $1.50 per million is 1500000."""

    input: Micros = Field(description="Words and pictures sent")
    text: Micros = Field(description="Words and thoughts answered")
    image: Micros = Field(description="Pictures answered")

    def cost_micros(self, usage: Usage) -> Micros:
        """What the tokens of an answer cost, rounded up."""
        words = usage.text_tokens + usage.thought_tokens
        millionths = usage.prompt_tokens * self.input + words * self.text + usage.image_tokens * self.image
        return -(-millionths // 1_000_000)


class Model(Noun):
    """A model of a provider: what it can draw, what it costs, how long it lives."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,62}$")]
    provider: Id
    title: str
    default: bool = Field(default=False, description="The provider's model when none is named")
    spends: bool = Field(description="Whether a request costs money")
    pixels: dict[Ratio, dict[Size, tuple[int, int]]] = Field(description="Width and height by ratio and size")
    price_micros: dict[Size, Micros] = Field(description="One picture, interactive, in micros of a US dollar")
    batch_price_micros: dict[Size, Micros] = Field(default_factory=dict)
    reference_micros: Micros = Field(default=0, description="One input picture, in micros; in batch half of it")
    token_prices: TokenPrices | None = Field(default=None, description="For the real cost, by the tokens billed")
    batch_token_prices: TokenPrices | None = None
    search_micros: Micros = Field(default=0, description="One query of Google Search grounding, in micros")
    max_references: int = Field(default=14, ge=1)
    thinking: dict[ThinkingLevel, int] = Field(
        default_factory=dict, description="Levels it takes, with the most tokens a request is expected to think"
    )
    default_thinking: ThinkingLevel | None = Field(default=None, description="Its level when none is named")
    most_thinking: int = Field(default=0, ge=0, description="Tokens a request may think when no level is named")
    search: tuple[SearchKind, ...] = Field(default=(), description="Kinds of Google Search grounding it has")
    takes_size: bool = Field(default=True, description="Whether a request may name the size: not where there is one")
    takes_output_limit: bool = Field(
        default=True, description="Whether a request may name the most tokens it writes; without it no cap is hard"
    )
    seed: bool = Field(default=True, description="Whether it takes a seed")
    words_alone: bool = Field(
        default=False, description="Whether it is told words and pictures only: what no word says is no other request"
    )
    edits: bool = Field(default=True, description="Whether it changes a picture as it is told, and keeps the rest")
    requests_per_minute: int | None = Field(default=None, ge=1)
    images_per_minute: int | None = Field(default=None, ge=1)
    spend_per_10_minutes: Micros | None = Field(default=None, ge=1, description="Most micros in any ten minutes")
    available_from: date | None = None
    shutdown: date | None = Field(default=None, description="Requests fail from this day on")
    vertex_shutdown: date | None = Field(default=None, description="The same on Vertex AI; none: no date is known")
    successor: str | None = None
    disclosure: str | None = Field(default=None, description="Words drawn on every picture and kept in the manifest")
    digital_source_type: Annotated[str, Field(pattern=r"^[a-z][A-Za-z]{2,60}$")] = Field(
        default="compositeWithTrainedAlgorithmicMedia",
        description="IPTC Digital Source Type of its pictures with a real product in them",
    )
    source: str
    checked: date

    @model_validator(mode="after")
    def _thinks_as_it_can(self) -> Model:
        if self.default_thinking is not None and self.default_thinking not in self.thinking:
            levels = ", ".join(self.thinking) or "none"
            raise ValueError(f"default_thinking {self.default_thinking} is none of its levels ({levels}); write one")
        return self

    def prices(self, mode: Mode) -> TokenPrices | None:
        """Token prices of a mode; None when the table has none."""
        return self.batch_token_prices if mode == "batch" else self.token_prices


class ProviderConfig(Noun):
    """How a provider is reached and how patient we are with it: `providers:` of `configs/models.yml`."""

    backend: Literal["developer", "vertex"] = Field(default="developer", description="Gemini API or Vertex AI")
    project: str | None = Field(default=None, description="Google Cloud project, for Vertex AI")
    location: str = Field(default="global", description="Google Cloud location, for Vertex AI")
    api_version: str | None = Field(default=None, description="None: v1, on Vertex AI v1beta1")
    base_url: str | None = Field(default=None, description="None: the provider's own")
    transport: Literal["httpx2", "aiohttp"] = Field(default="httpx2", description="HTTP client of google-genai")
    safety: dict[HarmCategory, HarmThreshold] = Field(default_factory=dict, description="None: the provider's own")
    edit_history: bool = Field(default=False, description="Send an edited picture as the model's turn, not as ours")
    most_sent_bytes: int = Field(
        default=70_000_000, ge=1, description="Pictures of one request together; the API takes 100 MB, encoded"
    )
    deadline_seconds: float = Field(default=300.0, gt=0, description="A whole attempt, from sending to the last byte")
    tries: int = Field(default=5, ge=1, le=20, description="Times a request is sent while no answer comes")
    first_wait_seconds: float = Field(default=1.0, gt=0, description="Before the second try; doubled each time")
    longest_wait_seconds: float = Field(default=120.0, gt=0, description="Above this a request is given up")
    breaker_failures: int = Field(default=8, ge=1, description="Failures in a row after which all requests pause")
    breaker_seconds: float = Field(default=30.0, gt=0, description="First pause; doubled while nothing comes back")
    batch_max_bytes: int = Field(default=1_900_000_000, ge=1_000, description="Of a batch's input file")
    batch_max_rows: int = Field(default=2_000, ge=1, description="Requests in a batch")
    batch_first_poll_seconds: float = Field(default=10.0, gt=0)
    batch_longest_poll_seconds: float = Field(default=300.0, gt=0)

    @property
    def most_picture_bytes(self) -> int:
        """The largest picture a request may carry: Vertex AI takes 7 MB."""
        return min(self.most_sent_bytes, 7_000_000) if self.backend == "vertex" else self.most_sent_bytes

    @model_validator(mode="after")
    def _waits_in_order(self) -> ProviderConfig:
        if self.first_wait_seconds > self.longest_wait_seconds:
            raise ValueError("first_wait_seconds is above longest_wait_seconds; write a smaller one")
        return self
