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
   2200.0
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
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      50.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      8,
      150,
      92
     ],
     "text": "GO",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/go",
     "bgcolor": [
      0.2,
      0.55,
      0.25,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "fontsize": 20.0
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      50.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/go",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      80.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      164,
      8,
      80,
      43
     ],
     "text": "BACK",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/back",
     "bgcolor": [
      0.16,
      0.36,
      0.6,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "fontsize": 13.0
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      80.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/back",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      110.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      164,
      57,
      80,
      43
     ],
     "text": "RELEASE",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/release",
     "bgcolor": [
      0.16,
      0.36,
      0.6,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "fontsize": 13.0
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      110.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/release",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-9",
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
      250,
      8,
      112,
      92
     ],
     "text": "PANIC",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/panic",
     "bgcolor": [
      0.7,
      0.16,
      0.14,
      1.0
     ],
     "textcolor": [
      1.0,
      1.0,
      1.0,
      1.0
     ],
     "fontsize": 20.0
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      140.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/panic",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      170.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      110,
      40,
      30
     ],
     "text": "1",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 1"
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      170.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 1",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-13",
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
      52,
      110,
      40,
      30
     ],
     "text": "2",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 2"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      200.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 2",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      230.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      96,
      110,
      40,
      30
     ],
     "text": "3",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 3"
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      230.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 3",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      260.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      140,
      110,
      40,
      30
     ],
     "text": "4",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 4"
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      260.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 4",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      290.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      184,
      110,
      40,
      30
     ],
     "text": "5",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 5"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      290.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 5",
     "outlettype": [
      ""
     ]
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
      320.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      228,
      110,
      40,
      30
     ],
     "text": "6",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 6"
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
      320.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 6",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      350.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      272,
      110,
      40,
      30
     ],
     "text": "7",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 7"
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      350.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 7",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      380.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      316,
      110,
      40,
      30
     ],
     "text": "8",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 8"
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      380.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 8",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      410.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      144,
      40,
      30
     ],
     "text": "9",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 9"
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      410.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 9",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      440.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      52,
      144,
      40,
      30
     ],
     "text": "10",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 10"
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      440.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 10",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      470.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      96,
      144,
      40,
      30
     ],
     "text": "11",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 11"
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      470.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 11",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      500.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      140,
      144,
      40,
      30
     ],
     "text": "12",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 12"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      500.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 12",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      530.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      184,
      144,
      40,
      30
     ],
     "text": "13",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 13"
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      530.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 13",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      560.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      228,
      144,
      40,
      30
     ],
     "text": "14",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 14"
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      560.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 14",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      590.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      272,
      144,
      40,
      30
     ],
     "text": "15",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 15"
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      590.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 15",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      620.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      316,
      144,
      40,
      30
     ],
     "text": "16",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/show/cue 16"
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      130.0,
      620.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/show/cue 16",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      650.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      184,
      86,
      20
     ],
     "text": "jump to cue"
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      650.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      98,
      184,
      262,
      22
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
     "hint": "Jump to a cue by number or name."
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      650.0,
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
     "id": "obj-46",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      650.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/show/cue"
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      680.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      214,
      86,
      20
     ],
     "text": "played"
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      680.0,
      130.0,
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
     "id": "obj-49",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      155.0,
      680.0,
      70.0,
      22.0
     ],
     "outlettype": [
      "anything",
      "int"
     ],
     "text": "zl.change"
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "umenu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      320.0,
      680.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      98,
      214,
      262,
      22
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "items": [],
     "parameter_enable": 0,
     "hint": "cues that fired"
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      230.0,
      680.0,
      85.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend append"
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      680.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/show/cue"
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      710.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      8,
      72,
      20
     ],
     "text": "song"
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      710.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      8,
      300,
      22
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
     "id": "obj-55",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      710.0,
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
     "id": "obj-56",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      710.0,
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
     "id": "obj-57",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      740.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      34,
      72,
      20
     ],
     "text": "cue"
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      740.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      34,
      300,
      22
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
     "id": "obj-59",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      740.0,
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
     "id": "obj-60",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      740.0,
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
     "id": "obj-61",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      770.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      60,
      72,
      20
     ],
     "text": "notes"
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      770.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      60,
      300,
      22
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
     "id": "obj-63",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      770.0,
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
     "id": "obj-64",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      770.0,
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
     "id": "obj-65",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      800.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      86,
      72,
      20
     ],
     "text": "next"
    }
   },
   {
    "box": {
     "id": "obj-66",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      800.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      86,
      300,
      22
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
     "id": "obj-67",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      800.0,
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
     "id": "obj-68",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      800.0,
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
     "id": "obj-69",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      830.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      112,
      72,
      20
     ],
     "text": "number"
    }
   },
   {
    "box": {
     "id": "obj-70",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      830.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      112,
      300,
      22
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
     "id": "obj-71",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      830.0,
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
     "id": "obj-72",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      830.0,
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
     "id": "obj-73",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      860.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      138,
      72,
      20
     ],
     "text": "its notes"
    }
   },
   {
    "box": {
     "id": "obj-74",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      860.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      138,
      300,
      22
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
     "id": "obj-75",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      860.0,
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
     "id": "obj-76",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      860.0,
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
     "id": "obj-77",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      890.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      164,
      72,
      20
     ],
     "text": "model"
    }
   },
   {
    "box": {
     "id": "obj-78",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      890.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      164,
      300,
      22
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
     "id": "obj-79",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      890.0,
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
     "id": "obj-80",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      890.0,
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
     "id": "obj-81",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      920.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      190,
      72,
      20
     ],
     "text": "armed"
    }
   },
   {
    "box": {
     "id": "obj-82",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      920.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      190,
      300,
      22
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
     "id": "obj-83",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      920.0,
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
     "id": "obj-84",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      920.0,
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
     "id": "obj-85",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      950.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      216,
      72,
      20
     ],
     "text": "in beats"
    }
   },
   {
    "box": {
     "id": "obj-86",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      950.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      216,
      300,
      22
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
     "id": "obj-87",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      950.0,
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
     "id": "obj-88",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      950.0,
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
     "id": "obj-89",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      980.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      380,
      242,
      72,
      20
     ],
     "text": "left s"
    }
   },
   {
    "box": {
     "id": "obj-90",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      980.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      456,
      242,
      300,
      22
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
     "id": "obj-91",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      980.0,
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
     "id": "obj-92",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      980.0,
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
     "id": "obj-93",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1010.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      168,
      72,
      20
     ],
     "text": "tempo"
    }
   },
   {
    "box": {
     "id": "obj-94",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1010.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      844,
      168,
      176,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage clock/tempo",
       "parameter_shortname": "tempo",
       "parameter_initial": [
        120.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Tempo.",
       "parameter_type": 0,
       "parameter_mmin": 20,
       "parameter_mmax": 300,
       "parameter_unitstyle": 9,
       "parameter_units": "bpm",
       "parameter_exponent": 2.285
      }
     },
     "hint": "Tempo.",
     "annotation": "/lmdm/clock/tempo: Tempo."
    }
   },
   {
    "box": {
     "id": "obj-95",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1010.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/clock/tempo"
    }
   },
   {
    "box": {
     "id": "obj-96",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1010.0,
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
     "id": "obj-97",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1010.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/clock/tempo"
    }
   },
   {
    "box": {
     "id": "obj-98",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1040.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      194,
      72,
      20
     ],
     "text": "guidance"
    }
   },
   {
    "box": {
     "id": "obj-99",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1040.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      844,
      194,
      176,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage gen/cfg",
       "parameter_shortname": "cfg",
       "parameter_initial": [
        2.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Guidance: how strongly the prompt pulls; 1 is off.",
       "parameter_type": 0,
       "parameter_mmin": 0,
       "parameter_mmax": 12,
       "parameter_unitstyle": 1
      }
     },
     "hint": "Guidance: how strongly the prompt pulls; 1 is off.",
     "annotation": "/lmdm/gen/cfg: Guidance: how strongly the prompt pulls; 1 is off."
    }
   },
   {
    "box": {
     "id": "obj-100",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1040.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/gen/cfg"
    }
   },
   {
    "box": {
     "id": "obj-101",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1040.0,
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
     "id": "obj-102",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1040.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/gen/cfg"
    }
   },
   {
    "box": {
     "id": "obj-103",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1070.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      220,
      72,
      20
     ],
     "text": "wet"
    }
   },
   {
    "box": {
     "id": "obj-104",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1070.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      844,
      220,
      176,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage mix/wet",
       "parameter_shortname": "wet",
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Share of generated sound; the rest is the live input.",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1
      }
     },
     "hint": "Share of generated sound; the rest is the live input.",
     "annotation": "/lmdm/mix/wet: Share of generated sound; the rest is the live input."
    }
   },
   {
    "box": {
     "id": "obj-105",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1070.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/mix/wet"
    }
   },
   {
    "box": {
     "id": "obj-106",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1070.0,
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
     "id": "obj-107",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1070.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/mix/wet"
    }
   },
   {
    "box": {
     "id": "obj-108",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1100.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      246,
      72,
      20
     ],
     "text": "freeze"
    }
   },
   {
    "box": {
     "id": "obj-109",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      1100.0,
      20.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      844,
      246,
      22,
      22
     ],
     "outlettype": [
      "int"
     ],
     "parameter_enable": 0,
     "hint": "Hold the last moments of generated sound, as a loop.",
     "annotation": "/lmdm/mix/freeze: Hold the last moments of generated sound, as a loop."
    }
   },
   {
    "box": {
     "id": "obj-110",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1100.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/mix/freeze"
    }
   },
   {
    "box": {
     "id": "obj-111",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1100.0,
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
     "id": "obj-112",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1100.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/mix/freeze"
    }
   },
   {
    "box": {
     "id": "obj-113",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1130.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      8,
      62,
      20
     ],
     "text": "out L"
    }
   },
   {
    "box": {
     "id": "obj-114",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      1130.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      8,
      148,
      22
     ],
     "outlettype": [
      ""
     ],
     "min": -96,
     "size": 120,
     "floatoutput": 1,
     "orientation": 1,
     "parameter_enable": 0,
     "hint": "Peak of the output, left.",
     "annotation": "/lmdm/meter/out/l: Peak of the output, left.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-115",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1130.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/meter/out/l"
    }
   },
   {
    "box": {
     "id": "obj-116",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1130.0,
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
     "id": "obj-117",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1160.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      34,
      62,
      20
     ],
     "text": "out R"
    }
   },
   {
    "box": {
     "id": "obj-118",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      1160.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      34,
      148,
      22
     ],
     "outlettype": [
      ""
     ],
     "min": -96,
     "size": 120,
     "floatoutput": 1,
     "orientation": 1,
     "parameter_enable": 0,
     "hint": "Peak of the output, right.",
     "annotation": "/lmdm/meter/out/r: Peak of the output, right.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-119",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1160.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/meter/out/r"
    }
   },
   {
    "box": {
     "id": "obj-120",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1160.0,
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
     "id": "obj-121",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1190.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      60,
      62,
      20
     ],
     "text": "in L"
    }
   },
   {
    "box": {
     "id": "obj-122",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      1190.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      60,
      148,
      22
     ],
     "outlettype": [
      ""
     ],
     "min": -96,
     "size": 120,
     "floatoutput": 1,
     "orientation": 1,
     "parameter_enable": 0,
     "hint": "Peak of the input, left.",
     "annotation": "/lmdm/meter/in/l: Peak of the input, left.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-123",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1190.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/meter/in/l"
    }
   },
   {
    "box": {
     "id": "obj-124",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1190.0,
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
     "id": "obj-125",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1220.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      86,
      62,
      20
     ],
     "text": "in R"
    }
   },
   {
    "box": {
     "id": "obj-126",
     "maxclass": "slider",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      1220.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      86,
      148,
      22
     ],
     "outlettype": [
      ""
     ],
     "min": -96,
     "size": 120,
     "floatoutput": 1,
     "orientation": 1,
     "parameter_enable": 0,
     "hint": "Peak of the input, right.",
     "annotation": "/lmdm/meter/in/r: Peak of the input, right.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-127",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1220.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/meter/in/r"
    }
   },
   {
    "box": {
     "id": "obj-128",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1220.0,
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
     "id": "obj-129",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1250.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      112,
      62,
      20
     ],
     "text": "gain"
    }
   },
   {
    "box": {
     "id": "obj-130",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1250.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      112,
      148,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage mix/gain",
       "parameter_shortname": "gain",
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Output level.",
       "parameter_type": 0,
       "parameter_mmin": -96,
       "parameter_mmax": 12,
       "parameter_unitstyle": 4
      }
     },
     "hint": "Output level.",
     "annotation": "/lmdm/mix/gain: Output level."
    }
   },
   {
    "box": {
     "id": "obj-131",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1250.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/mix/gain"
    }
   },
   {
    "box": {
     "id": "obj-132",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1250.0,
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
     "id": "obj-133",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1250.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/mix/gain"
    }
   },
   {
    "box": {
     "id": "obj-134",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1280.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      138,
      62,
      20
     ],
     "text": "mute"
    }
   },
   {
    "box": {
     "id": "obj-135",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      1280.0,
      20.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      138,
      22,
      22
     ],
     "outlettype": [
      "int"
     ],
     "parameter_enable": 0,
     "hint": "Silence the output.",
     "annotation": "/lmdm/mix/mute: Silence the output."
    }
   },
   {
    "box": {
     "id": "obj-136",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1280.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/mix/mute"
    }
   },
   {
    "box": {
     "id": "obj-137",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1280.0,
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
     "id": "obj-138",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1280.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/mix/mute"
    }
   },
   {
    "box": {
     "id": "obj-139",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1310.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      164,
      62,
      20
     ],
     "text": "lead s"
    }
   },
   {
    "box": {
     "id": "obj-140",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1310.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      164,
      148,
      22
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 0,
     "hint": "Audio of the live deck made but not heard.",
     "annotation": "/lmdm/status/lead: Audio of the live deck made but not heard.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-141",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1310.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/status/lead"
    }
   },
   {
    "box": {
     "id": "obj-142",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1310.0,
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
     "id": "obj-143",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1340.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      190,
      62,
      20
     ],
     "text": "underruns"
    }
   },
   {
    "box": {
     "id": "obj-144",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1340.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      190,
      148,
      22
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 0,
     "hint": "Times the ring ran dry: nothing to play.",
     "annotation": "/lmdm/status/underruns: Times the ring ran dry: nothing to play.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-145",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1340.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/status/underruns"
    }
   },
   {
    "box": {
     "id": "obj-146",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1340.0,
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
     "id": "obj-147",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1370.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      216,
      62,
      20
     ],
     "text": "to ear ms"
    }
   },
   {
    "box": {
     "id": "obj-148",
     "maxclass": "flonum",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1370.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      216,
      148,
      22
     ],
     "outlettype": [
      "",
      ""
     ],
     "parameter_enable": 0,
     "hint": "From hand to ear: 95th percentile.",
     "annotation": "/lmdm/status/knob_p95: From hand to ear: 95th percentile.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-149",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1370.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/status/knob_p95"
    }
   },
   {
    "box": {
     "id": "obj-150",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1370.0,
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
     "id": "obj-151",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      840.0,
      1400.0,
      170.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1036,
      242,
      62,
      20
     ],
     "text": "incident"
    }
   },
   {
    "box": {
     "id": "obj-152",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      1400.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1102,
      242,
      148,
      22
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
     "hint": "The last thing that went wrong, and what was done.",
     "annotation": "/lmdm/status/incident: The last thing that went wrong, and what was done.",
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-153",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1400.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/status/incident"
    }
   },
   {
    "box": {
     "id": "obj-154",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1400.0,
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
     "id": "obj-155",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      1430.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      8,
      170,
      22
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
     "hint": "Words of prompt 0.",
     "annotation": "/lmdm/prompt/0/text: Words of prompt 0."
    }
   },
   {
    "box": {
     "id": "obj-156",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1430.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/0/text"
    }
   },
   {
    "box": {
     "id": "obj-157",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1430.0,
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
     "id": "obj-158",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      1430.0,
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
     "id": "obj-159",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1430.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/0/text"
    }
   },
   {
    "box": {
     "id": "obj-160",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1460.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      944,
      8,
      76,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage prompt/0/weight",
       "parameter_shortname": "0/weight",
       "parameter_initial": [
        1.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Share of prompt 0 in the mixture.",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1
      }
     },
     "hint": "Share of prompt 0 in the mixture.",
     "annotation": "/lmdm/prompt/0/weight: Share of prompt 0 in the mixture."
    }
   },
   {
    "box": {
     "id": "obj-161",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1460.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/0/weight"
    }
   },
   {
    "box": {
     "id": "obj-162",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1460.0,
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
     "id": "obj-163",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1460.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/0/weight"
    }
   },
   {
    "box": {
     "id": "obj-164",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      1490.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      34,
      170,
      22
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
     "hint": "Words of prompt 1.",
     "annotation": "/lmdm/prompt/1/text: Words of prompt 1."
    }
   },
   {
    "box": {
     "id": "obj-165",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1490.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/1/text"
    }
   },
   {
    "box": {
     "id": "obj-166",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1490.0,
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
     "id": "obj-167",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      1490.0,
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
     "id": "obj-168",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1490.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/1/text"
    }
   },
   {
    "box": {
     "id": "obj-169",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1520.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      944,
      34,
      76,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage prompt/1/weight",
       "parameter_shortname": "1/weight",
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Share of prompt 1 in the mixture.",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1
      }
     },
     "hint": "Share of prompt 1 in the mixture.",
     "annotation": "/lmdm/prompt/1/weight: Share of prompt 1 in the mixture."
    }
   },
   {
    "box": {
     "id": "obj-170",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1520.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/1/weight"
    }
   },
   {
    "box": {
     "id": "obj-171",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1520.0,
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
     "id": "obj-172",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1520.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/1/weight"
    }
   },
   {
    "box": {
     "id": "obj-173",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      1550.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      60,
      170,
      22
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
     "hint": "Words of prompt 2.",
     "annotation": "/lmdm/prompt/2/text: Words of prompt 2."
    }
   },
   {
    "box": {
     "id": "obj-174",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1550.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/2/text"
    }
   },
   {
    "box": {
     "id": "obj-175",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1550.0,
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
     "id": "obj-176",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      1550.0,
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
     "id": "obj-177",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1550.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/2/text"
    }
   },
   {
    "box": {
     "id": "obj-178",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1580.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      944,
      60,
      76,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage prompt/2/weight",
       "parameter_shortname": "2/weight",
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Share of prompt 2 in the mixture.",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1
      }
     },
     "hint": "Share of prompt 2 in the mixture.",
     "annotation": "/lmdm/prompt/2/weight: Share of prompt 2 in the mixture."
    }
   },
   {
    "box": {
     "id": "obj-179",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1580.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/2/weight"
    }
   },
   {
    "box": {
     "id": "obj-180",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1580.0,
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
     "id": "obj-181",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1580.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/2/weight"
    }
   },
   {
    "box": {
     "id": "obj-182",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      1610.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      86,
      170,
      22
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
     "hint": "Words of prompt 3.",
     "annotation": "/lmdm/prompt/3/text: Words of prompt 3."
    }
   },
   {
    "box": {
     "id": "obj-183",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1610.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/3/text"
    }
   },
   {
    "box": {
     "id": "obj-184",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1610.0,
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
     "id": "obj-185",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      1610.0,
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
     "id": "obj-186",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1610.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/3/text"
    }
   },
   {
    "box": {
     "id": "obj-187",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1640.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      944,
      86,
      76,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage prompt/3/weight",
       "parameter_shortname": "3/weight",
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Share of prompt 3 in the mixture.",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1
      }
     },
     "hint": "Share of prompt 3 in the mixture.",
     "annotation": "/lmdm/prompt/3/weight: Share of prompt 3 in the mixture."
    }
   },
   {
    "box": {
     "id": "obj-188",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1640.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/3/weight"
    }
   },
   {
    "box": {
     "id": "obj-189",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1640.0,
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
     "id": "obj-190",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1640.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/3/weight"
    }
   },
   {
    "box": {
     "id": "obj-191",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      1670.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      112,
      170,
      22
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
     "hint": "Words of prompt 4.",
     "annotation": "/lmdm/prompt/4/text: Words of prompt 4."
    }
   },
   {
    "box": {
     "id": "obj-192",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1670.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/4/text"
    }
   },
   {
    "box": {
     "id": "obj-193",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1670.0,
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
     "id": "obj-194",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      1670.0,
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
     "id": "obj-195",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1670.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/4/text"
    }
   },
   {
    "box": {
     "id": "obj-196",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1700.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      944,
      112,
      76,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage prompt/4/weight",
       "parameter_shortname": "4/weight",
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Share of prompt 4 in the mixture.",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1
      }
     },
     "hint": "Share of prompt 4 in the mixture.",
     "annotation": "/lmdm/prompt/4/weight: Share of prompt 4 in the mixture."
    }
   },
   {
    "box": {
     "id": "obj-197",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1700.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/4/weight"
    }
   },
   {
    "box": {
     "id": "obj-198",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1700.0,
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
     "id": "obj-199",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1700.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/4/weight"
    }
   },
   {
    "box": {
     "id": "obj-200",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      320.0,
      1730.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      768,
      138,
      170,
      22
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
     "hint": "Words of prompt 5.",
     "annotation": "/lmdm/prompt/5/text: Words of prompt 5."
    }
   },
   {
    "box": {
     "id": "obj-201",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1730.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/5/text"
    }
   },
   {
    "box": {
     "id": "obj-202",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1730.0,
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
     "id": "obj-203",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      530.0,
      1730.0,
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
     "id": "obj-204",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1730.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/5/text"
    }
   },
   {
    "box": {
     "id": "obj-205",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      1760.0,
      200.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      944,
      138,
      76,
      22
     ],
     "outlettype": [
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "stage prompt/5/weight",
       "parameter_shortname": "5/weight",
       "parameter_initial": [
        0.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Share of prompt 5 in the mixture.",
       "parameter_type": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 1.0,
       "parameter_unitstyle": 1
      }
     },
     "hint": "Share of prompt 5 in the mixture.",
     "annotation": "/lmdm/prompt/5/weight: Share of prompt 5 in the mixture."
    }
   },
   {
    "box": {
     "id": "obj-206",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      1760.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/prompt/5/weight"
    }
   },
   {
    "box": {
     "id": "obj-207",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      225.0,
      1760.0,
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
     "id": "obj-208",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      610.0,
      1760.0,
      220.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend /lmdm/prompt/5/weight"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-4",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-4",
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
      "obj-5",
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
      "obj-2",
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
      "obj-9",
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
      "obj-2",
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
      "obj-2",
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
      "obj-15",
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
      "obj-2",
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
      "obj-2",
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
      "obj-2",
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
      "obj-2",
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
      "obj-2",
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
      "obj-32",
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
      "obj-2",
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
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-36",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
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
      "obj-37",
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
      "obj-2",
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
      "obj-40",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-40",
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
      "obj-41",
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
      "obj-2",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-44",
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
      "obj-45",
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
      "obj-48",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-48",
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
      "obj-49",
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
      1
     ],
     "destination": [
      "obj-52",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-52",
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
      "obj-56",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-56",
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
      "obj-1",
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
      "obj-60",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-60",
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
      "obj-1",
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
      "obj-64",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-64",
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
      "obj-1",
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
      "obj-68",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-68",
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
      "obj-1",
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
      "obj-72",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-72",
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
      "obj-1",
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
      "obj-76",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-76",
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
      "obj-1",
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
      "obj-80",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-80",
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
      "obj-1",
      0
     ],
     "destination": [
      "obj-83",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-83",
      0
     ],
     "destination": [
      "obj-84",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-84",
      0
     ],
     "destination": [
      "obj-82",
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
      "obj-87",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-87",
      0
     ],
     "destination": [
      "obj-88",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-88",
      0
     ],
     "destination": [
      "obj-86",
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
      "obj-91",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-91",
      0
     ],
     "destination": [
      "obj-92",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-92",
      0
     ],
     "destination": [
      "obj-90",
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
      "obj-95",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-95",
      0
     ],
     "destination": [
      "obj-96",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-96",
      0
     ],
     "destination": [
      "obj-94",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-94",
      0
     ],
     "destination": [
      "obj-97",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-97",
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
      "obj-100",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-100",
      0
     ],
     "destination": [
      "obj-101",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-101",
      0
     ],
     "destination": [
      "obj-99",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-99",
      0
     ],
     "destination": [
      "obj-102",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-102",
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
      "obj-105",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-105",
      0
     ],
     "destination": [
      "obj-106",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-106",
      0
     ],
     "destination": [
      "obj-104",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-104",
      0
     ],
     "destination": [
      "obj-107",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-107",
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
      "obj-110",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-110",
      0
     ],
     "destination": [
      "obj-111",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-111",
      0
     ],
     "destination": [
      "obj-109",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-109",
      0
     ],
     "destination": [
      "obj-112",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-112",
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
      "obj-115",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-115",
      0
     ],
     "destination": [
      "obj-116",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-116",
      0
     ],
     "destination": [
      "obj-114",
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
      "obj-119",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-119",
      0
     ],
     "destination": [
      "obj-120",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-120",
      0
     ],
     "destination": [
      "obj-118",
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
      "obj-123",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-123",
      0
     ],
     "destination": [
      "obj-124",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-124",
      0
     ],
     "destination": [
      "obj-122",
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
      "obj-127",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-127",
      0
     ],
     "destination": [
      "obj-128",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-128",
      0
     ],
     "destination": [
      "obj-126",
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
      "obj-131",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-131",
      0
     ],
     "destination": [
      "obj-132",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-132",
      0
     ],
     "destination": [
      "obj-130",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-130",
      0
     ],
     "destination": [
      "obj-133",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-133",
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
      "obj-136",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-136",
      0
     ],
     "destination": [
      "obj-137",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-137",
      0
     ],
     "destination": [
      "obj-135",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-135",
      0
     ],
     "destination": [
      "obj-138",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-138",
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
      "obj-141",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-141",
      0
     ],
     "destination": [
      "obj-142",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-142",
      0
     ],
     "destination": [
      "obj-140",
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
      "obj-145",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-145",
      0
     ],
     "destination": [
      "obj-146",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-146",
      0
     ],
     "destination": [
      "obj-144",
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
      "obj-149",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-149",
      0
     ],
     "destination": [
      "obj-150",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-150",
      0
     ],
     "destination": [
      "obj-148",
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
      "obj-153",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-153",
      0
     ],
     "destination": [
      "obj-154",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-154",
      0
     ],
     "destination": [
      "obj-152",
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
      "obj-156",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-156",
      0
     ],
     "destination": [
      "obj-157",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-157",
      0
     ],
     "destination": [
      "obj-155",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-155",
      0
     ],
     "destination": [
      "obj-158",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-158",
      0
     ],
     "destination": [
      "obj-159",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-159",
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
      "obj-161",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-161",
      0
     ],
     "destination": [
      "obj-162",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-162",
      0
     ],
     "destination": [
      "obj-160",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-160",
      0
     ],
     "destination": [
      "obj-163",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-163",
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
      "obj-165",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-165",
      0
     ],
     "destination": [
      "obj-166",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-166",
      0
     ],
     "destination": [
      "obj-164",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-164",
      0
     ],
     "destination": [
      "obj-167",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-167",
      0
     ],
     "destination": [
      "obj-168",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-168",
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
      "obj-170",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-170",
      0
     ],
     "destination": [
      "obj-171",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-171",
      0
     ],
     "destination": [
      "obj-169",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-169",
      0
     ],
     "destination": [
      "obj-172",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-172",
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
      "obj-174",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-174",
      0
     ],
     "destination": [
      "obj-175",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-175",
      0
     ],
     "destination": [
      "obj-173",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-173",
      0
     ],
     "destination": [
      "obj-176",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-176",
      0
     ],
     "destination": [
      "obj-177",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-177",
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
      "obj-179",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-179",
      0
     ],
     "destination": [
      "obj-180",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-180",
      0
     ],
     "destination": [
      "obj-178",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-178",
      0
     ],
     "destination": [
      "obj-181",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-181",
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
      "obj-183",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-183",
      0
     ],
     "destination": [
      "obj-184",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-184",
      0
     ],
     "destination": [
      "obj-182",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-182",
      0
     ],
     "destination": [
      "obj-185",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-185",
      0
     ],
     "destination": [
      "obj-186",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-186",
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
      "obj-188",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-188",
      0
     ],
     "destination": [
      "obj-189",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-189",
      0
     ],
     "destination": [
      "obj-187",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-187",
      0
     ],
     "destination": [
      "obj-190",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-190",
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
      "obj-192",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-192",
      0
     ],
     "destination": [
      "obj-193",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-193",
      0
     ],
     "destination": [
      "obj-191",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-191",
      0
     ],
     "destination": [
      "obj-194",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-194",
      0
     ],
     "destination": [
      "obj-195",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-195",
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
      "obj-197",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-197",
      0
     ],
     "destination": [
      "obj-198",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-198",
      0
     ],
     "destination": [
      "obj-196",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-196",
      0
     ],
     "destination": [
      "obj-199",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-199",
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
      "obj-201",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-201",
      0
     ],
     "destination": [
      "obj-202",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-202",
      0
     ],
     "destination": [
      "obj-200",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-200",
      0
     ],
     "destination": [
      "obj-203",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-203",
      0
     ],
     "destination": [
      "obj-204",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-204",
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
      "obj-206",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-206",
      0
     ],
     "destination": [
      "obj-207",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-207",
      0
     ],
     "destination": [
      "obj-205",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-205",
      0
     ],
     "destination": [
      "obj-208",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-208",
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
