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
   290.0
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
     "text": "engine",
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
     "text": "lead",
     "hint": "Audio kept ready; more where blocks take longer."
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
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
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "engine/lead",
       "parameter_shortname": "lead",
       "parameter_initial": [
        1.5
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Audio kept ready; more where blocks take longer.",
       "parameter_type": 0,
       "parameter_mmin": 0.5,
       "parameter_mmax": 8,
       "parameter_unitstyle": 9,
       "parameter_units": "s"
      }
     },
     "hint": "Audio kept ready; more where blocks take longer.",
     "annotation": "/lmdm/engine/lead: Audio kept ready; more where blocks take longer."
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
     "text": "route /lmdm/engine/lead"
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
     "text": "prepend /lmdm/engine/lead"
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
     "text": "commit_margin",
     "hint": "Time to spare for a change."
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
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
      "int/float",
      "int/float"
     ],
     "appearance": 2,
     "parameter_enable": 1,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "engine/commit_margin",
       "parameter_shortname": "commit_margin",
       "parameter_initial": [
        10.0
       ],
       "parameter_initial_enable": 0,
       "parameter_info": "Time to spare for a change.",
       "parameter_type": 0,
       "parameter_mmin": 0,
       "parameter_mmax": 1000,
       "parameter_unitstyle": 2
      }
     },
     "hint": "Time to spare for a change.",
     "annotation": "/lmdm/engine/commit_margin: Time to spare for a change."
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
     "text": "route /lmdm/engine/commit_margin"
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
     "text": "prepend /lmdm/engine/commit_margin"
    }
   },
   {
    "box": {
     "id": "obj-14",
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
     "text": "seed",
     "hint": "Seed of the noise: same seed, same moves, same sound."
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
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
      ""
     ],
     "parameter_enable": 0,
     "minimum": 0,
     "maximum": 2147483647,
     "hint": "Seed of the noise: same seed, same moves, same sound.",
     "annotation": "/lmdm/engine/seed: Seed of the noise: same seed, same moves, same sound."
    }
   },
   {
    "box": {
     "id": "obj-16",
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
     "text": "route /lmdm/engine/seed"
    }
   },
   {
    "box": {
     "id": "obj-17",
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
     "id": "obj-18",
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
     "text": "prepend /lmdm/engine/seed"
    }
   },
   {
    "box": {
     "id": "obj-19",
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
     "text": "govern",
     "hint": "Take fewer steps rather than be late."
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      140.0,
      20.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      92,
      19,
      19
     ],
     "outlettype": [
      "int"
     ],
     "parameter_enable": 0,
     "hint": "Take fewer steps rather than be late.",
     "annotation": "/lmdm/engine/govern: Take fewer steps rather than be late."
    }
   },
   {
    "box": {
     "id": "obj-21",
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
     "text": "route /lmdm/engine/govern"
    }
   },
   {
    "box": {
     "id": "obj-22",
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
     "id": "obj-23",
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
     "text": "prepend /lmdm/engine/govern"
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
     "text": "hold",
     "hint": "Make no new block while true."
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "toggle",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      170.0,
      20.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      124,
      114,
      19,
      19
     ],
     "outlettype": [
      "int"
     ],
     "parameter_enable": 0,
     "hint": "Make no new block while true.",
     "annotation": "/lmdm/engine/hold: Make no new block while true."
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
      170.0,
      200.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route /lmdm/engine/hold"
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
     "id": "obj-28",
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
     "text": "prepend /lmdm/engine/hold"
    }
   },
   {
    "box": {
     "id": "obj-29",
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
     "text": "prime",
     "hint": "Go on from this music: tape 8, input 8."
    }
   },
   {
    "box": {
     "id": "obj-30",
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
     "readonly": 0,
     "hint": "Go on from this music: tape 8, input 8.",
     "annotation": "/lmdm/engine/prime: Go on from this music: tape 8, input 8."
    }
   },
   {
    "box": {
     "id": "obj-31",
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
     "text": "route /lmdm/engine/prime"
    }
   },
   {
    "box": {
     "id": "obj-32",
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
     "text": "prepend /lmdm/engine/prime"
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
      230.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      158,
      112,
      19
     ],
     "text": "reset",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0,
     "hint": "/lmdm/engine/reset: Forget the music so far: the model starts from an empty context."
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
      230.0,
      185.0,
      22.0
     ],
     "text": "/lmdm/engine/reset",
     "outlettype": [
      ""
     ]
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
      "obj-1",
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
      "obj-25",
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
      "obj-1",
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
   }
  ],
  "dependency_cache": [],
  "autosave": 0
 }
}
