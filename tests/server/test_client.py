from lsprotocol import types as t
from lsprotocol.converters import get_converter

from smallsense.server.client import Client


def client(**capabilities: object) -> Client:
    return Client.of(get_converter().structure(capabilities, t.ClientCapabilities))


def test_a_client_that_declares_nothing_gets_the_plainest_of_everything() -> None:
    assert client() == Client()


def test_reads_what_a_client_declares() -> None:
    action = {
        "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}},
        "isPreferredSupport": True,
        "resolveSupport": {"properties": ["edit", "command"]},
        "tagSupport": {"valueSet": [1]},
    }
    declared = client(
        textDocument={"diagnostic": {}, "inlineCompletion": {}, "codeAction": action},
        workspace={
            "configuration": True,
            "diagnostics": {"refreshSupport": True},
            "didChangeConfiguration": {"dynamicRegistration": True},
            "workspaceEdit": {"documentChanges": True},
        },
        window={"workDoneProgress": True},
    )
    assert declared == Client(
        pulls=True,
        refreshes=True,
        inline_completion=True,
        resolves_edits=True,
        tags_generated=True,
        prefers=True,
        document_changes=True,
        progress=True,
        configuration=True,
        registers_configuration=True,
    )


def test_resolving_something_else_than_edits_is_no_help() -> None:
    action = {"resolveSupport": {"properties": ["command"]}}
    assert not client(textDocument={"codeAction": action}).resolves_edits
