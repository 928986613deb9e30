"""The package's own readme."""

README = """\
# lmdmd for Max and Live

Made by `lmdmd export patches max` from the program's tables; do not edit. Only objects that come with Max 8.5 or newer.

Copy this folder as `lmdmd` into `Documents/Max 8/Packages` (or `Max 9/Packages`), start `lmdmd run`, and open
*Extras > lmdmd console*, or write `lmdmd` into an object box.

- `patchers/lmdmd.maxpat`: the console. The stage with GO, BACK, PANIC, cues, prompts and meters; below it a panel for
  each group of parameters; *reports* opens all that the program tells, *tablet page* its web page. Host, port and the
  port on which Max hears stand at the top; the lamp is lit while the daemon answers.
- `patchers/lmdm.maxpat`: the object for your own patches. `lmdm 127.0.0.1 9000 9100`: host, port, port to hear on; each
  `lmdm` needs a port of its own. In: OSC messages as they stand in the daemon's README, such as `/lmdm/mix/gain -6. 2.`
  Out: values, answers and news, and 1 or 0 as it answers or not. Its help opens by a right click.
- `patchers/lmdm.<group>.maxpat`: the panels. In a bpatcher: the first outlet of `lmdm` into it, its outlet into `lmdm`.
- `devices/lmdmd.amxd`: a Max for Live audio effect (the sound passes untouched) with what a performer wants at hand, to
  map and automate. It hears on port 9110. It takes the daemon's values when it loads, and sends nothing before.

A value that comes in is shown, never sent again: nothing goes in circles. Loading a patch changes nothing.

## To be checked by hand

The files are checked with py2max, not with Max itself. With Max 8 or 9, and a running daemon:

1. The console opens in presentation mode without a word in the Max console; the lamp lights within 2 s.
2. Moving *mix gain* is heard, and shows on a second surface; moving it there moves it here, and nothing flutters.
3. Return in a prompt's line sends all its words as one; an emptied line empties the prompt.
4. GO fires once a press. PANIC silences; RELEASE brings back.
5. With the daemon stopped the lamp goes out within 8 s; started again, all values come back by themselves.
6. *reports* and *tablet page* open; every line of the reports has a value.
7. `lmdm` without arguments uses 127.0.0.1, 9000 and 9100; `receive 9101` moves it. A port that is taken is told.
8. A right click on `lmdm` and on a panel opens its help; the reference page of `lmdm` is found.
9. In Live: the device loads, passes audio, its dials take the daemon's values and move with automation; loading a set
   sends nothing by itself; host and ports are kept with the set; GO can be mapped to a key.
"""
