"""What the client at the other end can do, distilled from its capabilities."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types as t
from pygls.capabilities import get_capability


@dataclass(frozen=True, slots=True)
class Client:
    """The capabilities smallsense cares about; the defaults are those of a client that declares nothing.

    `pulls` means it asks for diagnostics itself, so that none are pushed; `refreshes` that it can be told to
    ask again. `resolves_edits` means code actions may leave their edit for later; `applies_edits` that the
    server may send edits unasked.
    """

    pulls: bool = False
    refreshes: bool = False
    inline_completion: bool = False
    resolves_edits: bool = False
    tags_generated: bool = False
    prefers: bool = False
    document_changes: bool = False
    progress: bool = False
    configuration: bool = False
    registers_configuration: bool = False
    applies_edits: bool = False
    watches_files: bool = False

    @classmethod
    def of(cls, capabilities: t.ClientCapabilities) -> Client:
        """Read a client's declared capabilities."""

        def has(path: str) -> bool:
            return bool(get_capability(capabilities, path))

        def lists(path: str, value: object) -> bool:
            return value in (get_capability(capabilities, path) or ())

        return cls(
            pulls=get_capability(capabilities, "text_document.diagnostic") is not None,
            refreshes=has("workspace.diagnostics.refresh_support"),
            inline_completion=get_capability(capabilities, "text_document.inline_completion") is not None,
            resolves_edits=lists("text_document.code_action.resolve_support.properties", "edit"),
            tags_generated=lists(
                "text_document.code_action.tag_support.value_set", t.CodeActionTag.LlmGenerated
            ),
            prefers=has("text_document.code_action.is_preferred_support"),
            document_changes=has("workspace.workspace_edit.document_changes"),
            progress=has("window.work_done_progress"),
            configuration=has("workspace.configuration"),
            registers_configuration=has("workspace.did_change_configuration.dynamic_registration"),
            applies_edits=has("workspace.apply_edit"),
            watches_files=has("workspace.did_change_watched_files.dynamic_registration"),
        )
