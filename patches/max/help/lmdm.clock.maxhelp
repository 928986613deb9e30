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
   1072.0,
   434.0
  ],
  "bglocked": 0,
  "openinpresentation": 0,
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
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      20.0,
      140.0,
      40.0
     ],
     "name": "lmdm.maxpat",
     "bgmode": 0,
     "border": 0,
     "clickthrough": 0,
     "enablehscroll": 0,
     "enablevscroll": 0,
     "lockeddragscroll": 0,
     "viewvisibility": 1,
     "outlettype": [
      "",
      "",
      "int"
     ],
     "offset": [
      0.0,
      0.0
     ],
     "varname": "lmdm",
     "args": [
      "127.0.0.1",
      9000,
      9100
     ]
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      90.0,
      312.0,
      304.0
     ],
     "name": "lmdm.clock.maxpat",
     "bgmode": 0,
     "border": 0,
     "clickthrough": 0,
     "enablehscroll": 0,
     "enablevscroll": 0,
     "lockeddragscroll": 0,
     "viewvisibility": 1,
     "outlettype": [
      ""
     ],
     "offset": [
      0.0,
      0.0
     ],
     "varname": "lmdm.clock"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      90.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/tempo (float 20 to 300 bpm): Tempo."
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      114.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/metre (int 1 to 32 beats): Beats in a bar."
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      138.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/source (internal, link, midi, osc, input): Whose beat the clock follows."
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      162.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/offset (float -500 to 500 ms): How much later than that beat we play."
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      186.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/link_send (bool): Let a tempo that is set here change the Link session's."
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      210.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/midi_in (text): MIDI input with a clock: part of its name."
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      234.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/midi_out (text): MIDI output for our clock: part of its name."
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      258.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/tap: Tap the tempo."
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      282.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/nudge amount [unit = ms]: Move the beat: more is later; by ms or beats."
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      306.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/downbeat: This is the first beat of a bar."
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      352.0,
      330.0,
      700.0,
      20.0
     ],
     "text": "/lmdm/clock/pulse [beat = 0] [tempo = 0]: This is a beat, for clock/source osc: its number from 1 (0: the next), and the tempo if it is known."
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
      "obj-2",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      0
     ],
     "destination": [
      "obj-1",
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
