"""`deploy/`: what containers are made of and started with. Images cannot be built here; what is written can be read."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, one in SERVICES.items() if one["image"].startswith("adlocalizer:")]
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
TEMPLATE = json.loads((DEPLOY / "kubernetes/base-job-template.json").read_text("utf-8"))
PINNED = re.compile(r"^[a-z/]+:\d[\w.-]+@sha256:[0-9a-f]{64}$")
VARIABLE = re.compile(r"\$\{([A-Z_]+)")
# https://github.com/compose-spec/compose-spec, the keys of a service that are used here.
KEYS = {
    "build", "cap_drop", "command", "depends_on", "environment", "healthcheck", "image", "init", "logging", "ports",
    "profiles", "read_only", "restart", "security_opt", "stop_grace_period", "user", "volumes",
}  # fmt: skip


def settings_of(name: str) -> set[str]:
    return set(SERVICES[name].get("environment") or {})


def test_prefect_knows_every_setting_it_is_given():
    from prefect.settings import Settings
    from prefect.settings.legacy import _get_settings_fields
    from prefect_redis.client import RedisMessagingSettings

    known = {
        *_get_settings_fields(Settings),
        *(f"PREFECT_REDIS_MESSAGING_{one.upper()}" for one in RedisMessagingSettings.model_fields),
    }
    given = {name for service in SERVICES for name in settings_of(service) if name.startswith("PREFECT_")}
    assert given - known == set()


def test_every_other_variable_is_one_of_ours():
    from adlocalizer.config.operations import read_operations

    named = "\n".join(path.read_text("utf-8") for path in (ROOT / "adlocalizer").glob("**/*.py"))
    own = {name for service in OURS for name in settings_of(service) if not name.startswith("PREFECT_")}
    assert {name for name in own if f'"{name}"' not in named} - set(read_operations(ROOT).secrets) == set()


def test_what_compose_asks_for_stands_in_the_example():
    wanted = set(VARIABLE.findall((DEPLOY / "compose.yaml").read_text("utf-8")))
    listed = set(re.findall(r"^(?:# )?([A-Z_]+)=", (DEPLOY / "example.env").read_text("utf-8"), re.MULTILINE))
    assert wanted == listed


def test_no_password_has_a_default():
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    assert set(re.findall(r"\$\{(\w*(?:PASSWORD|AUTH))([:?-]+)", text)) >= {
        ("POSTGRES_PASSWORD", ":?"),
        ("PREFECT_AUTH", ":?"),
    }
    assert re.findall(r"\$\{\w*(?:PASSWORD|AUTH|KEY)\w*:-[^}]", text) == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_key_of_a_service_is_one_of_compose(name):
    assert set(SERVICES[name]) - KEYS == set()


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_runs_as_root_or_may_become_it(name):
    one = SERVICES[name]
    assert one["user"] not in ("root", "0", 0)
    assert (one["cap_drop"], one["security_opt"]) == (["ALL"], ["no-new-privileges:true"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_by_its_digest_or_is_ours_by_its_version(name):
    image = SERVICES[name]["image"]
    assert PINNED.match(image) or image.startswith("adlocalizer:${ADLOCALIZER_VERSION:?")


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "setup"])
def test_every_service_that_stays_says_how_it_is(name):
    # A worker's is the image's own.
    assert SERVICES[name].get("healthcheck", {}).get("test") or (name == "worker" and "HEALTHCHECK" in DOCKERFILE)


def test_only_this_machine_reaches_what_is_published():
    assert {port.split(":")[0] for one in SERVICES.values() for port in one.get("ports", [])} == {"127.0.0.1"}


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_exists(name):
    assert set(SERVICES[name].get("depends_on") or {}) <= set(SERVICES)


def test_every_named_volume_is_declared():
    used = {str(one).split(":")[0] for service in SERVICES.values() for one in service.get("volumes", [])}
    assert {one for one in used if not one.startswith("$")} == set(COMPOSE["volumes"])


def test_the_server_records_in_batches_as_runs_without_one_do():
    from flows.settings import _DEFAULTS

    batches = {name: value for name, value in _DEFAULTS.items() if "SERVICES" in name}
    assert batches.items() <= SERVICES["server"]["environment"].items()


def test_the_image_is_built_from_pinned_bases_and_hashed_packages():
    bases = [base for base in re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) if base != "base"]
    assert [base for base in bases if not PINNED.match(base)] == []
    installs = re.findall(r"pip install .*", DOCKERFILE)
    assert all("--require-hashes" in one or "--no-deps" in one for one in installs)
    assert "latest" not in DOCKERFILE


def test_the_image_does_not_run_as_root_and_says_how_it_is():
    assert re.findall(r"^USER (.*)", DOCKERFILE, re.MULTILINE)[-1] == "10001:10001"
    assert "\nHEALTHCHECK " in DOCKERFILE


def test_what_the_image_copies_exists_and_is_let_through():
    copied = [word for line in re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()]
    let = set(re.findall(r"^!(\S+)", (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8"), re.MULTILINE))
    assert [one for one in copied if not (ROOT / one).exists()] == []
    assert set(copied) == let


def test_the_tools_that_build_it_are_pinned_by_hash():
    stanzas = re.split(r"\n(?=\S)", (DEPLOY / "build-tools.txt").read_text("utf-8").strip())
    assert [one for one in stanzas if "--hash=sha256:" not in one] == []
    wanted = (DEPLOY / "build-tools.in").read_text("utf-8").split()
    assert {re.split(r"\W", one)[0] for one in wanted} <= {one.split("==")[0] for one in stanzas}


def test_the_image_has_typefaces_redis_kubernetes_and_traces():
    pinned = (ROOT / "requirements/image.txt").read_text("utf-8")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    names = [re.split(r"[^\w-]", line)[0] for extra in ("redis", "kubernetes", "s3", "gcs") for line in extras[extra]]
    assert [name for name in (*names, "justmytype-intl-cjk", "opentelemetry-distro") if f"{name}==" not in pinned] == []


def test_every_variable_of_the_job_template_is_declared_and_used():
    used = set(re.findall(r"{{ (\w+) }}", json.dumps(TEMPLATE["job_configuration"])))
    assert used == set(TEMPLATE["variables"]["properties"])


def test_the_job_template_fits_prefects_own():
    import prefect
    from prefect.client.schemas.actions import WorkPoolCreate

    path = "server/api/collections_data/views/aggregate-worker-metadata.json"
    known = json.loads((Path(prefect.__file__).parent / path).read_text("utf-8"))
    theirs = known["prefect-kubernetes"]["kubernetes"]["default_base_job_configuration"]
    assert set(theirs["job_configuration"]) == set(TEMPLATE["job_configuration"])
    assert set(theirs["variables"]["properties"]) <= set(TEMPLATE["variables"]["properties"])
    assert WorkPoolCreate(name="ads", type="kubernetes", base_job_template=TEMPLATE).base_job_template == TEMPLATE


def test_a_job_runs_without_rights_and_by_a_version():
    pod = TEMPLATE["job_configuration"]["job_manifest"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    assert container["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    assert pod["automountServiceAccountToken"] is False
    assert TEMPLATE["variables"]["properties"]["image"]["default"].partition(":")[2] not in ("", "latest")


def test_the_versions_in_deploy_are_that_of_the_package():
    import adlocalizer

    said = f"ADLOCALIZER_VERSION={adlocalizer.__version__}\n"
    assert said in (DEPLOY / "example.env").read_text("utf-8")
    assert TEMPLATE["variables"]["properties"]["image"]["default"] == f"adlocalizer:{adlocalizer.__version__}"
