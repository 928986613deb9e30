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
   650.0
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
     "text": "show: reports",
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
     "text": "title",
     "hint": "Title of the show."
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      50.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      26,
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
     "readonly": 1,
     "hint": "Title of the show.",
     "annotation": "/lmdm/show/title: Title of the show.",
     "ignoreclick": 1
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
     "text": "route /lmdm/show/title"
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
     "text": "song",
     "hint": "Song that plays."
    }
   },
   {
    "box": {
     "id": "obj-9",
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
     "readonly": 1,
     "hint": "Song that plays.",
     "annotation": "/lmdm/show/song: Song that plays.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-10",
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
     "text": "route /lmdm/show/song"
    }
   },
   {
    "box": {
     "id": "obj-11",
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
     "id": "obj-12",
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
     "text": "cue",
     "hint": "Last cue that fired."
    }
   },
   {
    "box": {
     "id": "obj-13",
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
     "readonly": 1,
     "hint": "Last cue that fired.",
     "annotation": "/lmdm/show/cue: Last cue that fired.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-14",
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
     "text": "route /lmdm/show/cue"
    }
   },
   {
    "box": {
     "id": "obj-15",
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
     "id": "obj-16",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      140.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      92,
      112,
      19
     ],
     "text": "next",
     "hint": "Next cue."
    }
   },
   {
    "box": {
     "id": "obj-17",
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
     "outputmode": 1,
     "lines": 1,
     "nosymquotes": 1,
     "readonly": 1,
     "hint": "Next cue.",
     "annotation": "/lmdm/show/next: Next cue.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      140.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/next"
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      140.0,
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
     "id": "obj-20",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      170.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      114,
      112,
      19
     ],
     "text": "next_model",
     "hint": "Model of the next swap."
    }
   },
   {
    "box": {
     "id": "obj-21",
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
     "readonly": 1,
     "hint": "Model of the next swap.",
     "annotation": "/lmdm/show/next_model: Model of the next swap.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      170.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/next_model"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      170.0,
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
     "id": "obj-24",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      200.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      136,
      112,
      19
     ],
     "text": "next_model_state",
     "hint": "Whether that model can play."
    }
   },
   {
    "box": {
     "id": "obj-25",
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
     "readonly": 1,
     "hint": "Whether that model can play.",
     "annotation": "/lmdm/show/next_model_state: Whether that model can play.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      200.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/next_model_state"
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      200.0,
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
     "id": "obj-28",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      230.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      158,
      112,
      19
     ],
     "text": "next_number",
     "hint": "Number of the next cue."
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      230.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      158,
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
     "readonly": 1,
     "hint": "Number of the next cue.",
     "annotation": "/lmdm/show/next_number: Number of the next cue.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      230.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/next_number"
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      230.0,
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
     "id": "obj-32",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      260.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      180,
      112,
      19
     ],
     "text": "next_notes",
     "hint": "Notes of the next cue."
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      260.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      180,
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
     "readonly": 1,
     "hint": "Notes of the next cue.",
     "annotation": "/lmdm/show/next_notes: Notes of the next cue.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      260.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/next_notes"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      260.0,
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
     "id": "obj-36",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      290.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      202,
      112,
      19
     ],
     "text": "notes",
     "hint": "Notes of the last cue that fired, or of the song."
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      290.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      202,
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
     "readonly": 1,
     "hint": "Notes of the last cue that fired, or of the song.",
     "annotation": "/lmdm/show/notes: Notes of the last cue that fired, or of the song.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      290.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/notes"
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      290.0,
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
     "id": "obj-40",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      320.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      224,
      112,
      19
     ],
     "text": "armed",
     "hint": "Cue that will fire by itself, without a time of its own."
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      320.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      224,
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
     "readonly": 1,
     "hint": "Cue that will fire by itself, without a time of its own.",
     "annotation": "/lmdm/show/armed: Cue that will fire by itself, without a time of its own.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      320.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/armed"
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      320.0,
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
     "id": "obj-44",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      350.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      246,
      112,
      19
     ],
     "text": "armed_in_beats (beats)",
     "hint": "When it fires."
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      350.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      246,
      180,
      19
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 0,
     "hint": "When it fires.",
     "annotation": "/lmdm/show/armed_in_beats: When it fires.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      350.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/armed_in_beats"
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      350.0,
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
     "id": "obj-48",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      380.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      268,
      112,
      19
     ],
     "text": "armed_in_s (s)",
     "hint": "When it fires."
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      380.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      268,
      180,
      19
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 0,
     "hint": "When it fires.",
     "annotation": "/lmdm/show/armed_in_s: When it fires.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      380.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/armed_in_s"
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      380.0,
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
     "id": "obj-52",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      410.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      290,
      112,
      19
     ],
     "text": "held",
     "hint": "Whether timed cues wait for a go or a start."
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      410.0,
      20.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      290,
      19,
      19
     ],
     "outlettype": [
      "int"
     ],
     "parameter_enable": 0,
     "hint": "Whether timed cues wait for a go or a start.",
     "annotation": "/lmdm/show/held: Whether timed cues wait for a go or a start.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      410.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/held"
    }
   },
   {
    "box": {
     "id": "obj-55",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      410.0,
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
     "id": "obj-56",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      440.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      312,
      112,
      19
     ],
     "text": "loop",
     "hint": "Bars that are played again and again."
    }
   },
   {
    "box": {
     "id": "obj-57",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      440.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      312,
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
     "readonly": 1,
     "hint": "Bars that are played again and again.",
     "annotation": "/lmdm/show/loop: Bars that are played again and again.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      440.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/loop"
    }
   },
   {
    "box": {
     "id": "obj-59",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      440.0,
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
     "id": "obj-60",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      470.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      334,
      112,
      19
     ],
     "text": "conductor",
     "hint": "The one client that may fire cues, if there is one."
    }
   },
   {
    "box": {
     "id": "obj-61",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      470.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      334,
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
     "readonly": 1,
     "hint": "The one client that may fire cues, if there is one.",
     "annotation": "/lmdm/show/conductor: The one client that may fire cues, if there is one.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      470.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/conductor"
    }
   },
   {
    "box": {
     "id": "obj-63",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      470.0,
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
     "id": "obj-64",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      500.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      356,
      112,
      19
     ],
     "text": "taken",
     "hint": "Rows that hands have taken from the cues."
    }
   },
   {
    "box": {
     "id": "obj-65",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      500.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      356,
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
     "readonly": 1,
     "hint": "Rows that hands have taken from the cues.",
     "annotation": "/lmdm/show/taken: Rows that hands have taken from the cues.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-66",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      500.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/taken"
    }
   },
   {
    "box": {
     "id": "obj-67",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      500.0,
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
     "id": "obj-68",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      530.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      378,
      112,
      19
     ],
     "text": "remaining (s)",
     "hint": "Time until the song ends; 0 if that is open."
    }
   },
   {
    "box": {
     "id": "obj-69",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      530.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      378,
      180,
      19
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 0,
     "hint": "Time until the song ends; 0 if that is open.",
     "annotation": "/lmdm/show/remaining: Time until the song ends; 0 if that is open.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-70",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      530.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/remaining"
    }
   },
   {
    "box": {
     "id": "obj-71",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      530.0,
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
     "id": "obj-72",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      560.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      400,
      112,
      19
     ],
     "text": "remaining_all (s)",
     "hint": "Time until the show ends, likewise."
    }
   },
   {
    "box": {
     "id": "obj-73",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      560.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      400,
      180,
      19
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 0,
     "hint": "Time until the show ends, likewise.",
     "annotation": "/lmdm/show/remaining_all: Time until the show ends, likewise.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-74",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      560.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/remaining_all"
    }
   },
   {
    "box": {
     "id": "obj-75",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      560.0,
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
     "id": "obj-76",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      590.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      422,
      112,
      19
     ],
     "text": "elapsed (s)",
     "hint": "Time since the show began."
    }
   },
   {
    "box": {
     "id": "obj-77",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      590.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      422,
      180,
      19
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 0,
     "hint": "Time since the show began.",
     "annotation": "/lmdm/show/elapsed: Time since the show began.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-78",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      590.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/show/elapsed"
    }
   },
   {
    "box": {
     "id": "obj-79",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      590.0,
      90.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend set"
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
      "obj-1",
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
      "obj-9",
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
      "obj-15",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
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
      "obj-1",
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
      "obj-17",
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
      "obj-23",
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
      "obj-21",
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
      "obj-26",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-26",
      0
     ],
     "destination": [
      "obj-27",
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
      "obj-25",
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
      "obj-30",
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
      "obj-29",
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
      "obj-35",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
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
      "obj-1",
      0
     ],
     "destination": [
      "obj-38",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-38",
      0
     ],
     "destination": [
      "obj-39",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-39",
      0
     ],
     "destination": [
      "obj-37",
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
      "obj-42",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-42",
      0
     ],
     "destination": [
      "obj-43",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-43",
      0
     ],
     "destination": [
      "obj-41",
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
      "obj-46",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-46",
      0
     ],
     "destination": [
      "obj-47",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-47",
      0
     ],
     "destination": [
      "obj-45",
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
      "obj-50",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-50",
      0
     ],
     "destination": [
      "obj-51",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-51",
      0
     ],
     "destination": [
      "obj-49",
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
      "obj-54",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-54",
      0
     ],
     "destination": [
      "obj-55",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-55",
      0
     ],
     "destination": [
      "obj-53",
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
      "obj-58",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-58",
      0
     ],
     "destination": [
      "obj-59",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-59",
      0
     ],
     "destination": [
      "obj-57",
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
      "obj-62",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-62",
      0
     ],
     "destination": [
      "obj-63",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      0
     ],
     "destination": [
      "obj-61",
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
      "obj-66",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-66",
      0
     ],
     "destination": [
      "obj-67",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-67",
      0
     ],
     "destination": [
      "obj-65",
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
      "obj-70",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-70",
      0
     ],
     "destination": [
      "obj-71",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-71",
      0
     ],
     "destination": [
      "obj-69",
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
      "obj-74",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-74",
      0
     ],
     "destination": [
      "obj-75",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-75",
      0
     ],
     "destination": [
      "obj-73",
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
      "obj-78",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-78",
      0
     ],
     "destination": [
      "obj-79",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-79",
      0
     ],
     "destination": [
      "obj-77",
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
