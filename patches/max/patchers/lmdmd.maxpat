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
   1264.0,
   1362.0
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
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      180.0,
      140.0,
      60.0
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
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      540.0,
      20.0,
      90.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      8,
      8,
      56,
      20
     ],
     "text": "daemon"
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      640.0,
      20.0,
      90.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      196,
      8,
      34,
      20
     ],
     "text": "port"
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      740.0,
      20.0,
      90.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      286,
      8,
      54,
      20
     ],
     "text": "hears on"
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      50.0,
      120.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      66,
      8,
      124,
      20
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
     "hint": "host of the daemon"
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      20.0,
      150.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess set 127.0.0.1"
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
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
     "id": "obj-8",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      110.0,
      90.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend host"
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      190.0,
      50.0,
      60.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      230,
      8,
      54,
      20
     ],
     "outlettype": [
      "",
      ""
     ],
     "minimum": 1,
     "maximum": 65535,
     "hint": "its OSC port",
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      20.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess set 9000"
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      190.0,
      110.0,
      110.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend port"
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "number",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      360.0,
      50.0,
      60.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      340,
      8,
      54,
      20
     ],
     "outlettype": [
      "",
      ""
     ],
     "minimum": 1,
     "maximum": 65535,
     "hint": "port on which this patch hears",
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      360.0,
      20.0,
      120.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "loadmess set 9100"
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      360.0,
      110.0,
      110.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend receive"
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "led",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      300.0,
      220.0,
      24.0,
      24.0
     ],
     "presentation": 1,
     "presentation_rect": [
      404,
      8,
      20,
      20
     ],
     "outlettype": [
      "int"
     ],
     "ignoreclick": 1,
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      340.0,
      250.0,
      300.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      432,
      8,
      600,
      20
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
     "ignoreclick": 1
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "newobj",
     "numinlets": 6,
     "numoutlets": 6,
     "patching_rect": [
      340.0,
      180.0,
      340.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route /lmdm/tick /lmdm/ack /lmdm/heard /lmdm/synced /lmdm/status"
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      340.0,
      220.0,
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
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      320.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      0,
      36,
      1258,
      276
     ],
     "name": "lmdm.stage.maxpat",
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
     "varname": "lmdm.stage"
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      220.0,
      320.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      0,
      316,
      312,
      186
     ],
     "name": "lmdm.engine.maxpat",
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
     "varname": "lmdm.engine"
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      420.0,
      320.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      316,
      316,
      312,
      252
     ],
     "name": "lmdm.gen.maxpat",
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
     "varname": "lmdm.gen"
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      620.0,
      320.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      632,
      316,
      312,
      54
     ],
     "name": "lmdm.beat.maxpat",
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
     "varname": "lmdm.beat"
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      320.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      948,
      316,
      312,
      186
     ],
     "name": "lmdm.harmony.maxpat",
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
     "varname": "lmdm.harmony"
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1020.0,
      320.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      632,
      374,
      312,
      164
     ],
     "name": "lmdm.delay.maxpat",
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
     "varname": "lmdm.delay"
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      400.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      0,
      506,
      312,
      142
     ],
     "name": "lmdm.jam.maxpat",
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
     "varname": "lmdm.jam"
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      220.0,
      400.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      948,
      506,
      312,
      230
     ],
     "name": "lmdm.watch.maxpat",
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
     "varname": "lmdm.watch"
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      420.0,
      400.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      632,
      542,
      312,
      318
     ],
     "name": "lmdm.prompt.maxpat",
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
     "varname": "lmdm.prompt"
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      620.0,
      400.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      316,
      572,
      312,
      340
     ],
     "name": "lmdm.mix.maxpat",
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
     "varname": "lmdm.mix"
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      400.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      0,
      652,
      312,
      208
     ],
     "name": "lmdm.input.maxpat",
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
     "varname": "lmdm.input"
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1020.0,
      400.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      948,
      740,
      312,
      274
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
     "id": "obj-31",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      20.0,
      480.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      0,
      864,
      312,
      494
     ],
     "name": "lmdm.show.maxpat",
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
     "varname": "lmdm.show"
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      220.0,
      480.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      632,
      864,
      312,
      142
     ],
     "name": "lmdm.deck.maxpat",
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
     "varname": "lmdm.deck"
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      420.0,
      480.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      316,
      916,
      312,
      186
     ],
     "name": "lmdm.record.maxpat",
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
     "varname": "lmdm.record"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      620.0,
      480.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      632,
      1010,
      312,
      164
     ],
     "name": "lmdm.midi.maxpat",
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
     "varname": "lmdm.midi"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      820.0,
      480.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      948,
      1018,
      312,
      274
     ],
     "name": "lmdm.program.maxpat",
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
     "varname": "lmdm.program"
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "bpatcher",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      1020.0,
      480.0,
      180.0,
      60.0
     ],
     "presentation": 1,
     "presentation_rect": [
      316,
      1106,
      312,
      76
     ],
     "name": "lmdm.conductor.maxpat",
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
     "varname": "lmdm.conductor"
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      280.0,
      90.0,
      22.0
     ],
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
       1264.0,
       1082.0
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
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          20.0,
          60.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          0,
          4,
          312,
          76
         ],
         "name": "lmdm.beat.reports.maxpat",
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
         "varname": "lmdm.beat.reports"
        }
       },
       {
        "box": {
         "id": "obj-3",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          220.0,
          60.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          316,
          4,
          312,
          76
         ],
         "name": "lmdm.harmony.reports.maxpat",
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
         "varname": "lmdm.harmony.reports"
        }
       },
       {
        "box": {
         "id": "obj-4",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          420.0,
          60.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          632,
          4,
          312,
          76
         ],
         "name": "lmdm.delay.reports.maxpat",
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
         "varname": "lmdm.delay.reports"
        }
       },
       {
        "box": {
         "id": "obj-5",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          620.0,
          60.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          948,
          4,
          312,
          142
         ],
         "name": "lmdm.mix.reports.maxpat",
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
         "varname": "lmdm.mix.reports"
        }
       },
       {
        "box": {
         "id": "obj-6",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          820.0,
          60.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          0,
          84,
          312,
          142
         ],
         "name": "lmdm.input.reports.maxpat",
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
         "varname": "lmdm.input.reports"
        }
       },
       {
        "box": {
         "id": "obj-7",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          1020.0,
          60.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          316,
          84,
          312,
          142
         ],
         "name": "lmdm.clock.reports.maxpat",
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
         "varname": "lmdm.clock.reports"
        }
       },
       {
        "box": {
         "id": "obj-8",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          20.0,
          140.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          632,
          84,
          312,
          494
         ],
         "name": "lmdm.show.reports.maxpat",
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
         "varname": "lmdm.show.reports"
        }
       },
       {
        "box": {
         "id": "obj-9",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          220.0,
          140.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          948,
          150,
          312,
          868
         ],
         "name": "lmdm.deck.reports.maxpat",
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
         "varname": "lmdm.deck.reports"
        }
       },
       {
        "box": {
         "id": "obj-10",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          420.0,
          140.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          0,
          230,
          312,
          98
         ],
         "name": "lmdm.record.reports.maxpat",
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
         "varname": "lmdm.record.reports"
        }
       },
       {
        "box": {
         "id": "obj-11",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          620.0,
          140.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          316,
          230,
          312,
          120
         ],
         "name": "lmdm.midi.reports.maxpat",
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
         "varname": "lmdm.midi.reports"
        }
       },
       {
        "box": {
         "id": "obj-12",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          820.0,
          140.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          0,
          332,
          312,
          120
         ],
         "name": "lmdm.meter.reports.maxpat",
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
         "varname": "lmdm.meter.reports"
        }
       },
       {
        "box": {
         "id": "obj-13",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          1020.0,
          140.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          316,
          354,
          312,
          516
         ],
         "name": "lmdm.status.reports.maxpat",
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
         "varname": "lmdm.status.reports"
        }
       },
       {
        "box": {
         "id": "obj-14",
         "maxclass": "bpatcher",
         "numinlets": 1,
         "numoutlets": 1,
         "patching_rect": [
          20.0,
          220.0,
          180.0,
          60.0
         ],
         "presentation": 1,
         "presentation_rect": [
          0,
          456,
          312,
          186
         ],
         "name": "lmdm.osc.reports.maxpat",
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
         "varname": "lmdm.osc.reports"
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
          "obj-1",
          0
         ],
         "destination": [
          "obj-3",
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
          "obj-4",
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
          "obj-6",
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
          "obj-7",
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
          "obj-8",
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
          "obj-10",
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
          "obj-1",
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
          "obj-1",
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
          "obj-14",
          0
         ],
         "order": 0
        }
       }
      ],
      "dependency_cache": [],
      "autosave": 0
     },
     "text": "p reports",
     "outlettype": [
      ""
     ]
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "textbutton",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      700.0,
      150.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1044,
      6,
      100,
      24
     ],
     "text": "reports",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      220.0,
      70.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pcontrol"
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      700.0,
      180.0,
      60.0,
      22.0
     ],
     "text": "open",
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
      840.0,
      150.0,
      100.0,
      20.0
     ],
     "presentation": 1,
     "presentation_rect": [
      1150,
      6,
      104,
      24
     ],
     "text": "tablet page",
     "outlettype": [
      "",
      "",
      "int"
     ],
     "mode": 0,
     "outputmode": 0,
     "rounded": 4.0,
     "parameter_enable": 0
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      840.0,
      220.0,
      70.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "pcontrol"
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      840.0,
      180.0,
      190.0,
      22.0
     ],
     "text": "load lmdmd.tablet.maxpat",
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
      "obj-6",
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
      "obj-1",
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
      "obj-9",
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
      "obj-1",
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
      "obj-1",
      0
     ],
     "order": 0
    }
   },
   {
    "patchline": {
     "source": [
      "obj-1",
      2
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
      "obj-1",
      1
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
      5
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-1",
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
      "obj-41",
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
      "obj-42",
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
      "obj-37",
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
