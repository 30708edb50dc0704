"""Microsoft's Graph SDK for Python reads the twin, by its usual addresses.

The twin is its proxy (HTTPS_PROXY) and its authority (SSL_CERT_FILE, REQUESTS_CA_BUNDLE); TENANT,
CLIENT_ID and CLIENT_SECRET are the application's. With the argument `batch`, `$batch` is used too.

What is read must become the SDK's concrete types, and nothing may be lost on the way: an object
that is written again is the answer's JSON, but for nulls and annotations. A line `ok: ...` is
printed for each thing that held; the first one that does not hold ends the run with an error.
"""

import asyncio
import datetime
import json
import os
import sys

import httpx
from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.serialization import Parsable
from kiota_serialization_json.json_serialization_writer import JsonSerializationWriter
from msgraph import GraphServiceClient
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_core import PageIterator
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem

SCOPE = "https://graph.microsoft.com/.default"
# Types of which an object must be a more telling one: what the SDK falls back to.
BASES = {"DirectoryObject", "AuthenticationMethod", "NamedLocation", "Entity",
         "AuthenticationMethodConfiguration", "IpRange"}
# Members of flag enumerations: the SDK reads `password,sms` as nothing, and writes none of them.
FLAGS = {"allowedCombinations", "requirementsSatisfied"}

credential = ClientSecretCredential(
    os.environ["TENANT"], os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"])
client = GraphServiceClient(credential)


def fail(what):
    sys.exit(f"FAILED: {what}")


def config(builder, **parameters):
    """A request configuration with these query parameters."""
    kinds = [value for name, value in vars(type(builder)).items() if name.endswith("QueryParameters")]
    return RequestConfiguration(query_parameters=kinds[0](**parameters))


def models(value):
    """Every model below a value, itself included."""
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from models(item)
    elif isinstance(value, Parsable):
        yield value
        for _, inner in value.backing_store.enumerate_():
            yield from models(inner)


def check_types(name, value):
    """Concrete types everywhere, and no member that the SDK does not know."""
    seen = set()
    for model in models(value):
        kind = type(model).__name__
        seen.add(kind)
        if kind in BASES:
            fail(f"{name}: an object became the base type {kind}")
        stated = getattr(model, "odata_type", None)
        if stated and stated.rsplit(".", 1)[-1].lower() != kind.lower():
            fail(f"{name}: `{stated}` became {kind}")
        unknown = [key for key in model.additional_data if "@odata." not in key]
        if unknown:
            fail(f"{name}: {kind} does not know {unknown}")
    return seen


def normal(value):
    """JSON without nulls and annotations, times as instants, durations as they are."""
    if isinstance(value, dict):
        members = {key: normal(inner) for key, inner in value.items() if "@" not in key}
        return {key: inner for key, inner in members.items() if inner is not None}
    if isinstance(value, list):
        return [normal(item) for item in value]
    if isinstance(value, str) and len(value) > 18 and value[4] == "-" and "T" in value:
        try:
            return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        except ValueError:
            return value
    return value


def differences(sent, read, path=""):
    """Where two JSON values differ, as `path: sent, read`."""
    if isinstance(sent, dict) and isinstance(read, dict):
        for key in sorted(sent.keys() | read.keys()):
            yield from differences(sent.get(key), read.get(key), f"{path}/{key}")
    elif isinstance(sent, list) and isinstance(read, list) and len(sent) == len(read):
        for place, (one, other) in enumerate(zip(sent, read)):
            yield from differences(one, other, f"{path}/{place}")
    elif sent != read and not FLAGS & set(path.split("/")):
        yield f"{path}: sent as {sent!r}, read as {read!r}"


def written(model):
    writer = JsonSerializationWriter()
    writer.write_object_value(None, model)
    return json.loads(writer.get_serialized_content())


async def raw(url):
    token = credential.get_token(SCOPE).token
    async with httpx.AsyncClient(timeout=30) as http:
        answer = await http.get(url, headers={"Authorization": f"Bearer {token}"})
        while answer.status_code == 429:
            await asyncio.sleep(1)
            answer = await http.get(url, headers={"Authorization": f"Bearer {token}"})
    answer.raise_for_status()
    return answer.json()


async def read(name, builder, expects=(), **parameters):
    """Reads with the SDK and without it, and holds the two against each other."""
    wanted = config(builder, **parameters) if parameters else None
    answer = await builder.get(request_configuration=wanted)
    url = builder.to_get_request_information(wanted).url
    seen = check_types(name, answer)
    for kind in expects:
        if kind not in seen:
            fail(f"{name}: no {kind} among {sorted(seen)}")
    different = list(differences(normal(await raw(url)), normal(written(answer))))
    if different:
        fail(f"{name}: " + "; ".join(different[:5]))
    count = len(answer.value) if hasattr(answer, "value") else 1
    if count == 0:
        fail(f"{name}: nothing was read")
    print(f"ok: {name} ({count})")
    return answer


async def policies():
    access = client.identity.conditional_access
    await read("CA policies", access.policies, ["ConditionalAccessPolicy"])
    await read("named locations", access.named_locations,
               ["IpNamedLocation", "CountryNamedLocation", "IPv4CidrRange", "IPv6CidrRange"])
    await read("security defaults", client.policies.identity_security_defaults_enforcement_policy)
    await read("authentication strengths", client.policies.authentication_strength_policies,
               ["AuthenticationStrengthPolicy"])
    await read("authentication methods policy", client.policies.authentication_methods_policy,
               ["Fido2AuthenticationMethodConfiguration"])


async def directory():
    await read("organization", client.organization, ["Organization", "VerifiedDomain"])
    await read("domains", client.domains, ["Domain"])
    await read("subscriptions", client.subscribed_skus, ["SubscribedSku"])
    await read("users", client.users, ["User"],
               select=["id", "userPrincipalName", "accountEnabled", "createdDateTime"])
    people = await read("users by filter", client.users, ["User"],
                        filter="startswith(displayName,'Emergency')")
    for user in people.value:
        one = client.users.by_user_id(user.id)
        await read("memberships", one.transitive_member_of, ["Group"])
    every = os.environ["METHODS_USER"]
    await read("authentication methods", client.users.by_user_id(every).authentication.methods,
               [f"{kind}AuthenticationMethod" for kind in os.environ["METHODS"].split()])
    groups = await read("groups", client.groups, ["Group"])
    for group in groups.value:
        one = client.groups.by_group_id(group.id)
        if (await one.members.get()).value:
            await read("members", one.members, ["User"])
            await read("transitive members", one.transitive_members, ["User"])
        if (await one.owners.get()).value:
            await read("owners", one.owners, ["User"])


async def roles():
    role = client.role_management.directory
    await read("role definitions", role.role_definitions, ["UnifiedRoleDefinition"])
    administrators = "roleDefinitionId eq '62e90394-69f5-4237-9190-012177145e10'"
    await read("role assignments", role.role_assignments,
               ["UnifiedRoleAssignment", "User", "Group"],
               filter=administrators, expand=["principal"])
    await read("role schedules", role.role_assignment_schedule_instances,
               ["UnifiedRoleAssignmentScheduleInstance", "UnifiedRoleDefinition"],
               filter=administrators, expand=["roleDefinition"])
    await read("role eligibilities", role.role_eligibility_schedule_instances,
               ["UnifiedRoleEligibilityScheduleInstance"], filter=administrators)


async def pages():
    """The SDK's page iterator follows next links to the end."""
    whole = await client.users.get(request_configuration=config(client.users, top=999))
    first = await client.users.get(request_configuration=config(client.users, top=3))
    seen = []
    await PageIterator(first, client.request_adapter).iterate(lambda user: seen.append(user.id) or True)
    if first.odata_next_link is None or seen != [user.id for user in whole.value]:
        fail(f"pages: {seen}")
    print(f"ok: pages ({len(seen)})")


async def errors():
    """Errors are the SDK's own, with code, message and request id."""
    try:
        await client.users.by_user_id("00000000-0000-0000-0000-00000000dead").get()
    except ODataError as error:
        main = error.error
        if error.response_status_code != 404 or main.code != "Request_ResourceNotFound":
            fail(f"errors: {error}")
        if not main.inner_error.request_id or main.additional_data or main.inner_error.date is None:
            fail(f"errors: {main}")
        print("ok: errors (1)")
        return
    fail("errors: a user that is not there was read")


async def batch():
    """Several requests in one, by the SDK's own batch; a part that fails fails alone."""
    content = BatchRequestContent()
    one = client.users.by_user_id("00000000-0000-0000-0000-00000000dead")
    parts = [client.users.to_get_request_information(), one.to_get_request_information()]
    items = [BatchRequestItem(request_information=part) for part in parts]
    for item in items:
        # The SDK leaves the address absolute, which the service refuses, as the twin does:
        # https://github.com/microsoftgraph/msgraph-sdk-python/issues/1015
        item.url = "/" + item.url.split("/v1.0/", 1)[1].lstrip("/")
        content.add_request(item.id, item)
    answer = await client.batch.post(batch_request_content=content)
    # Bodies are not looked at: msgraph-core 1.5.2 takes them for base64, and loses those that are
    # JSON, as all of Graph's are.
    answers = [answer.get_response_by_id(item.id) for item in items]
    told = [(one.status, one.content_type) for one in answers]
    if told != [(200, "application/json"), (404, "application/json")]:
        fail(f"batch: {told}")
    print(f"ok: batch ({len(told)})")


async def main():
    await policies()
    await directory()
    await roles()
    await pages()
    await errors()
    if "batch" in sys.argv[1:]:
        await batch()


asyncio.run(main())
