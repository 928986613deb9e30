{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 5,
   "revision": 5,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   85.0,
   104.0,
   1080.0,
   260.0
  ],
  "bglocked": 0,
  "openinpresentation": 1,
  "default_fontsize": 12.0,
  "default_fontface": 0,
  "default_fontname": "Arial",
  "gridonopen": 1,
  "gridsize": [
   15.0,
   15.0
  ],
  "gridsnaponopen": 1,
  "objectsnaponopen": 1,
  "statusbarvisible": 2,
  "toolbarvisible": 1,
  "lefttoolbarpinned": 0,
  "toptoolbarpinned": 0,
  "righttoolbarpinned": 0,
  "bottomtoolbarpinned": 0,
  "toolbars_unpinned_last_save": 0,
  "tallnewobj": 0,
  "boxanimatetime": 200,
  "enablehscroll": 1,
  "enablevscroll": 1,
  "devicewidth": 0.0,
  "description": "",
  "digest": "",
  "tags": "",
  "style": "",
  "subpatcher_template": "",
  "assistshowspatchername": 0,
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "inlet",
     "numinlets": 0,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      10.0,
      30.0,
      30.0
     ],
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "outlet",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      1020.0,
      10.0,
      30.0,
      30.0
     ],
     "outlettype": []
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      320.0,
      10.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      3,
      296,
      20
     ],
     "text": "midi",
     "fontface": 1,
     "fontsize": 13.0
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      50.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      26,
      112,
      19
     ],
     "text": "pickup",
     "hint": "A fader of MIDI takes a row only where the row stands."
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      50.0,
      20.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      26,
      19,
      19
     ],
     "outlettype": [
      "int"
     ],
     "parameter_enable": 0,
     "hint": "A fader of MIDI takes a row only where the row stands.",
     "annotation": "/lmdm/midi/pickup: A fader of MIDI takes a row only where the row stands."
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      50.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/midi/pickup"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      50.0,
      90.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      50.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/midi/pickup"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      80.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      48,
      112,
      19
     ],
     "text": "in",
     "hint": "MIDI controllers: parts of their names, with commas."
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      80.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      48,
      180,
      19
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "parameter_enable": 0,
     "keymode": 1,
     "outputmode": 1,
     "lines": 1,
     "nosymquotes": 1,
     "readonly": 0,
     "hint": "MIDI controllers: parts of their names, with commas.",
     "annotation": "/lmdm/midi/in: MIDI controllers: parts of their names, with commas."
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      80.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/midi/in"
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      80.0,
      90.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      80.0,
      75.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route text"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      80.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/midi/in"
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      110.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      70,
      112,
      19
     ],
     "text": "out",
     "hint": "MIDI outputs to their lights and motors."
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      110.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      70,
      180,
      19
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "parameter_enable": 0,
     "keymode": 1,
     "outputmode": 1,
     "lines": 1,
     "nosymquotes": 1,
     "readonly": 0,
     "hint": "MIDI outputs to their lights and motors.",
     "annotation": "/lmdm/midi/out: MIDI outputs to their lights and motors."
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      110.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/midi/out"
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      110.0,
      90.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      110.0,
      75.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route text"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      110.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/midi/out"
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      140.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      92,
      112,
      19
     ],
     "text": "learn",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/midi/learn [target = ] [mode = ]: Bind the next control that is moved to a row or verb (mix/gain, show/cue 3); nothing: do not wait for one."
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      140.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/midi/learn",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      140.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      92,
      180,
      19
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "parameter_enable": 0,
     "keymode": 1,
     "outputmode": 0,
     "lines": 1,
     "nosymquotes": 1,
     "hint": "/lmdm/midi/learn [target = ] [mode = ]: Bind the next control that is moved to a row or verb (mix/gain, show/cue 3); nothing: do not wait for one."
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      140.0,
      75.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route text"
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      140.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/midi/learn"
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      20.0,
      170.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      114,
      112,
      19
     ],
     "text": "forget",
     "hint": "/lmdm/midi/forget target: Unbind a row or verb from its controls; * unbinds all."
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      170.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      114,
      180,
      19
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "parameter_enable": 0,
     "keymode": 1,
     "outputmode": 1,
     "lines": 1,
     "nosymquotes": 1,
     "hint": "/lmdm/midi/forget target: Unbind a row or verb from its controls; * unbinds all."
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      170.0,
      75.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route text"
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      170.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/midi/forget"
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      200.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      136,
      112,
      19
     ],
     "text": "map",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/midi/map [file = ]: Use another map of a MIDI controller; nothing: read this one again."
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      200.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/midi/map",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      200.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      136,
      180,
      19
     ],
     "outlettype": [
      "",
      "",
      "",
      ""
     ],
     "parameter_enable": 0,
     "keymode": 1,
     "outputmode": 1,
     "lines": 1,
     "nosymquotes": 1,
     "hint": "/lmdm/midi/map [file = ]: Use another map of a MIDI controller; nothing: read this one again."
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      200.0,
      75.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route text"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      200.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/midi/map"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-1",
      0
     ],
     "destination": [
      "obj-6",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-6",
      0
     ],
     "destination": [
      "obj-7",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      0
     ],
     "destination": [
      "obj-5",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      0
     ],
     "destination": [
      "obj-8",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      0
     ],
     "destination": [
      "obj-2",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-1",
      0
     ],
     "destination": [
      "obj-11",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-11",
      0
     ],
     "destination": [
      "obj-12",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      0
     ],
     "destination": [
      "obj-10",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-10",
      0
     ],
     "destination": [
      "obj-13",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-13",
      0
     ],
     "destination": [
      "obj-14",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-14",
      0
     ],
     "destination": [
      "obj-2",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-1",
      0
     ],
     "destination": [
      "obj-17",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-17",
      0
     ],
     "destination": [
      "obj-18",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-18",
      0
     ],
     "destination": [
      "obj-16",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      0
     ],
     "destination": [
      "obj-19",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-19",
      0
     ],
     "destination": [
      "obj-20",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-20",
      0
     ],
     "destination": [
      "obj-2",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-21",
      0
     ],
     "destination": [
      "obj-22",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-22",
      0
     ],
     "destination": [
      "obj-2",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-23",
      0
     ],
     "destination": [
      "obj-24",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-24",
      0
     ],
     "destination": [
      "obj-25",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-25",
      0
     ],
     "destination": [
      "obj-2",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-27",
      0
     ],
     "destination": [
      "obj-28",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-28",
      0
     ],
     "destination": [
      "obj-29",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-29",
      0
     ],
     "destination": [
      "obj-2",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-30",
      0
     ],
     "destination": [
      "obj-31",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-31",
      0
     ],
     "destination": [
      "obj-2",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-32",
      0
     ],
     "destination": [
      "obj-33",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-33",
      0
     ],
     "destination": [
      "obj-34",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-34",
      0
     ],
     "destination": [
      "obj-2",
      0
     ],
     "order": 0
    }
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
