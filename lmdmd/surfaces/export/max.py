"""The Max package: folders as Max wants them, the patches, help, the Live device.

py2max writes the patches and knows Max's objects: a cord that Max would not have raises here.
"""

from __future__ import annotations

import json

from lmdmd import __version__
from lmdmd.surfaces.export import max_core, max_device, max_help, max_main, max_stage
from lmdmd.surfaces.export.max_readme import README
from lmdmd.surfaces.export.table import Table


def make_files(table: Table) -> dict[str, str | bytes]:
    """Every file of the package."""
    hands, reports = max_main.make_panels(table)
    start = f"patcherargs {max_core.HOST} {max_core.PORT} {max_core.RECEIVE}"
    patches = {
        "lmdm": max_core.make_core(start),
        "lmdm.stage": max_stage.make_stage(),
        "lmdmd": max_main.make_main(hands, reports),
        "lmdmd.tablet": max_main.make_tablet(),
        **{name: sheet for name, (sheet, _) in {**hands, **reports}.items()},
    }
    return {
        "package-info.json": json.dumps(package_info(), indent=4) + "\n",
        "readme.md": README,
        "devices/lmdmd.amxd": max_device.make_device(table),
        "docs/lmdm.maxref.xml": max_help.make_reference(),
        "extras/lmdmd console.maxpat": max_help.make_extras().text(),
        "help/lmdm.maxhelp": max_help.make_core_help().text(),
        **{f"help/{name}.maxhelp": text for name, text in _panel_helps(table)},
        **{f"patchers/{name}.maxpat": sheet.text() for name, sheet in patches.items()},
    }


def _panel_helps(table: Table) -> list[tuple[str, str]]:
    named = [(group, [param for param in group.params if param.writable]) for group in table.groups]
    return [
        (f"lmdm.{group.name}", max_help.make_panel_help(group, params).text())
        for group, params in named
        if params or group.commands
    ]


def package_info() -> dict[str, object]:
    """What Max's package manager reads."""
    systems = {"macintosh": ["x64", "arm64"], "windows": ["x64"]}
    return {
        "name": "lmdmd",
        "displayname": "lmdmd",
        "version": __version__,
        "author": "the lmdmd project",
        "authors": ["the lmdmd project"],
        "description": "Play and steer lmdmd, the daemon of Live Music Diffusion Models, from Max and Live.",
        "tags": ["OSC", "music generation", "live"],
        "website": "",
        "extends": "",
        "extensible": 0,
        "max_version_min": "8.5.0",
        "max_version_max": "none",
        "os": {system: {"min_version": "none", "platform": platform} for system, platform in systems.items()},
        "homepatcher": "lmdmd.maxpat",
        "package_extra": {"reverse_domain": "", "copyright": "Apache-2.0"},
    }
