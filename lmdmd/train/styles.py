"""What a style is to the composer, and those of the bundle ``pocket``: instruments, tempo, harmony, patterns, form.

Patterns are rows of steps; steps are characters, or words where spaces part them. In ``line`` parts a step
is ``.`` (rest), ``-`` (hold) or notes that sound together: digits count up the chord tones of the part's
register, ``R F O T L`` are root, fifth, octave, tenth and the fifth below, ``X`` and ``x`` the whole chord,
loud or soft. In ``melody`` parts ``x`` starts a note. In drum lanes ``1..9`` is the loudness and ``?`` a soft
hit that comes and goes. Programs are General MIDI, counted from 0; for drums they are kits.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One player: its instruments, its way of playing, its place in the mix (pan, volume, reverb: 0..127)."""

    name: str
    player: str
    programs: tuple[int, ...]
    patterns: tuple[str, ...] = ()
    step: float = 0.25
    low: int = 48
    high: int = 72
    velocity: int = 80
    pan: int = 64
    volume: int = 100
    reverb: int = 40
    gate: float = 0.95
    ring: bool = False


@dataclass(frozen=True)
class Lane:
    """One drum of a groove; it plays in sections whose energy reaches ``floor``."""

    drum: str
    floor: float
    steps: str


@dataclass(frozen=True)
class Scene:
    """One section of a form: which progression, how much energy, the parts beside the core, and those that rest."""

    progression: str
    energy: float
    extra: str = ""
    rests: str = ""
    role: str = ""

    def hears(self, part: str, core: tuple[str, ...]) -> bool:
        return part in (*core, *self.extra.split()) and part not in self.rests.split()


@dataclass(frozen=True)
class Style:
    """All the composer needs to write a piece of one style."""

    name: str
    tempo_bpm: tuple[int, int]
    minor: tuple[str, ...]
    major: tuple[str, ...]
    parts: tuple[Part, ...]
    core: tuple[str, ...]
    forms: tuple[tuple[Scene, ...], ...]
    chord_beats: int = 4
    phrase_bars: int = 4
    swing: float = 0.5
    jitter_ms: float = 4.0
    grooves: tuple[tuple[Lane, ...], ...] = ()
    fills: tuple[tuple[Lane, ...], ...] = ()


AMBIENT = Style(
    name="ambient",
    tempo_bpm=(60, 72),
    minor=("Im9 bVImaj7 bIIImaj7 bVIIadd9", "Im7 IVm9 bVImaj9 Vm7", "bVImaj9 Im9 bVIIsus2 Im7"),
    major=("Imaj9 IVmaj9 VIm9 IVmaj7", "Iadd9 Vsus2 VIm7 IVmaj9", "Imaj7 IIIm7 IVmaj9 VIm9"),
    chord_beats=8,
    phrase_bars=4,
    core=("pad", "drone"),
    parts=(
        Part("pad", "pad", (89, 94, 91, 88), low=50, high=74, velocity=84, volume=104, reverb=90),
        Part(
            "drone",
            "line",
            (89, 95, 48),
            ("R" + "-" * 15, "R---L---R---F---"),
            0.5,
            29,
            47,
            80,
            volume=116,
            reverb=60,
        ),
        Part("shimmer", "pad", (50, 52, 92, 95), low=67, high=86, velocity=62, pan=84, volume=74, reverb=110),
        Part(
            "bells",
            "sparkle",
            (98, 11, 14, 8, 10),
            low=70,
            high=94,
            velocity=68,
            pan=44,
            volume=88,
            reverb=120,
        ),
    ),
    forms=(
        (
            Scene("A", 0.4),
            Scene("A", 0.5, "bells"),
            Scene("B", 0.7, "bells shimmer"),
            Scene("A", 0.5, "shimmer"),
        ),
        (Scene("A", 0.5, "bells"), Scene("B", 0.6, "shimmer"), Scene("A", 0.7, "bells shimmer")),
        (
            Scene("A", 0.5, "shimmer"),
            Scene("A", 0.6, "shimmer bells"),
            Scene("B", 0.4),
            Scene("A", 0.6, "bells"),
        ),
    ),
)

HOUSE = Style(
    name="house",
    tempo_bpm=(120, 127),
    minor=(
        "Im7 bVImaj7 bIIImaj7 bVII",
        "Im9 IVm9 Im9 bVImaj7",
        "Im7 Vm7 bVImaj7 IVm7",
        "IVm9 Im9 bVImaj9 Vm7",
    ),
    major=("IIm9 V9 Imaj9 VIm9", "VIm9 IIm9 Imaj9 IVmaj9"),
    phrase_bars=8,
    jitter_ms=1.0,
    core=("drums", "bass"),
    parts=(
        Part("drums", "drums", (24, 25), velocity=104, volume=118, reverb=12),
        Part(
            "bass",
            "line",
            (38, 39),
            ("..R-..R-..R-..RO", "R..R..O.R..R..F.", "..R...R-..R..RO.", "R.RO..R.R.RO..F."),
            0.25,
            29,
            46,
            100,
            volume=122,
            reverb=0,
            gate=0.8,
        ),
        Part(
            "stabs",
            "line",
            (4, 5, 16, 62, 0),
            ("..X..x..X..x..X.", "X..X..X...X..x..", "...X..X....X..x.", "X--...X-..X--..."),
            0.25,
            55,
            76,
            88,
            pan=52,
            volume=92,
            reverb=50,
            gate=0.7,
        ),
        Part("pad", "pad", (89, 50, 90), low=57, high=76, velocity=64, pan=74, volume=88, reverb=70),
        Part(
            "arp",
            "line",
            (81, 80, 102),
            ("0.1.2.3.4.3.2.1.", "012.12.32.3.4.2.", "4.2.3.14.2.3.1.2"),
            0.25,
            64,
            88,
            66,
            pan=84,
            volume=82,
            reverb=70,
            gate=0.6,
        ),
    ),
    forms=(
        (
            Scene("A", 0.5, "stabs"),
            Scene("A", 0.8, "stabs pad"),
            Scene("B", 0.6, "pad arp"),
            Scene("A", 1.0, "stabs pad arp"),
        ),
        (
            Scene("A", 0.6, "pad"),
            Scene("A", 0.8, "pad stabs"),
            Scene("A", 1.0, "stabs arp"),
            Scene("B", 0.8, "stabs pad"),
        ),
        (
            Scene("A", 0.7, "stabs"),
            Scene("B", 0.9, "arp pad"),
            Scene("A", 0.5, "pad"),
            Scene("A", 1.0, "stabs pad arp"),
        ),
    ),
    grooves=(
        (
            Lane("kick", 0.0, "9...9...9...9..."),
            Lane("clap", 0.45, "....8.......8..."),
            Lane("open", 0.0, "..7...7...7...7."),
            Lane("hat", 0.65, "5.354.355.354.36"),
        ),
        (
            Lane("kick", 0.0, "9...9...9...9..."),
            Lane("clap", 0.55, "....8.......8..5"),
            Lane("open", 0.0, "..6...6...6...7."),
            Lane("shaker", 0.0, "3435343534353435"),
            Lane("rim", 0.8, "...5..5....5..5."),
        ),
        (
            Lane("kick", 0.0, "9...9...9...9..."),
            Lane("snare", 0.5, "....7.......7..."),
            Lane("clap", 0.7, "....8.......8..."),
            Lane("hat", 0.0, "4.7.4.7.4.7.4.7."),
            Lane("tambourine", 0.85, "3.5.3.5.3.5.3.53"),
        ),
    ),
    fills=(
        (Lane("snare", 0.0, "4.4.5.5.66667789"), Lane("kick", 0.0, "9...9...9...9...")),
        (
            Lane("clap", 0.0, "8.......8...8.8."),
            Lane("kick", 0.0, "9...9...9......."),
            Lane("open", 0.0, "..7...7...7....."),
        ),
    ),
)

PIANO = Style(
    name="piano",
    tempo_bpm=(62, 80),
    minor=("Im bVI bIII bVII", "Im Vm7 bVImaj7 IVm7", "Imadd9 bVImaj7 IVm7 V7", "Im bVII bVImaj7 V"),
    major=("I V VIm IV", "Imaj7 IIIm7 IVmaj7 V", "Iadd9 VIm7 IVmaj7 Vsus4", "IVmaj7 I V VIm7"),
    core=("left-hand", "right-hand"),
    jitter_ms=9.0,
    parts=(
        Part(
            "left-hand",
            "line",
            (0,),
            ("RFOTOFOF", "RFOTFOTO", "RF2OF2OF", "RFO-TOF-"),
            0.5,
            34,
            64,
            57,
            ring=True,
            reverb=55,
        ),
        Part(
            "right-hand",
            "melody",
            (0,),
            (
                "x-x-x---x-x-x---",
                "x---x-x-x-------",
                "--x-x-x-x---x---",
                "x---x---x-x-x-x-",
                "x-----x-x-------",
            ),
            0.25,
            64,
            86,
            84,
            reverb=55,
            gate=1.1,
        ),
        Part("inner-voices", "line", (0,), ("..x...x.", "..x-..x-"), 0.5, 52, 68, 54, reverb=55, gate=1.5),
    ),
    forms=(
        (
            Scene("A", 0.4),
            Scene("A", 0.55, "inner-voices"),
            Scene("B", 0.85, "inner-voices"),
            Scene("A", 0.45),
        ),
        (
            Scene("A", 0.5),
            Scene("B", 0.6),
            Scene("A", 0.8, "inner-voices"),
            Scene("B", 0.9, "inner-voices"),
            Scene("A", 0.4),
        ),
    ),
)

JAZZ = Style(
    name="jazz",
    tempo_bpm=(132, 172),
    minor=("IIm7b5 V7b9 Im6 Im6", "Im7 IVm7 IIm7b5 V7b9", "Im6 bVI7 IIm7b5 V7b9", "IVm7 bVII7 bIIImaj7 V7b9"),
    major=(
        "IIm9 V13 Imaj9 VI7b9",
        "Imaj7 VI7b9 IIm7 V13",
        "IIIm7 VI7b9 IIm9 V13",
        "Imaj9 IVmaj7 IIIm7 VI7b9",
    ),
    swing=0.66,
    jitter_ms=6.0,
    core=("bass", "drums", "piano"),
    parts=(
        Part("bass", "walk", (32,), low=28, high=50, velocity=96, volume=124, reverb=18, gate=0.92),
        Part("drums", "drums", (32, 40), velocity=86, pan=70, volume=118, reverb=25),
        Part(
            "piano",
            "line",
            (0,),
            ("X--x....", "...x..X-", ".x...X..", "X--x.....X..x-..", "..x-.x....X-...x"),
            0.5,
            53,
            72,
            74,
            pan=46,
            volume=98,
            reverb=30,
            gate=0.8,
        ),
        Part(
            "lead",
            "melody",
            (66, 26, 11, 59, 64, 56),
            (
                "xxx-x-..xxxxx-..",
                "..xxx-x-xx-x....",
                "x-xxxxxxx--.....",
                ".xxxxx-xx---....",
                "x--x--x-xxxx----",
            ),
            0.5,
            60,
            82,
            92,
            pan=78,
            volume=88,
            reverb=40,
            gate=0.88,
        ),
    ),
    forms=(
        (Scene("A", 0.6, "lead"), Scene("A", 0.7, "lead"), Scene("B", 0.8, "lead"), Scene("A", 0.55)),
        (
            Scene("A", 0.5),
            Scene("A", 0.75, "lead"),
            Scene("B", 0.65),
            Scene("B", 0.85, "lead"),
            Scene("A", 0.75, "lead"),
        ),
        (Scene("B", 0.7, "lead"), Scene("A", 0.6), Scene("A", 0.8, "lead"), Scene("B", 0.9, "lead")),
    ),
    grooves=(
        (
            Lane("ride", 0.0, "7...8.6.7...8.6."),
            Lane("pedal", 0.0, "....7.......7..."),
            Lane("kick", 0.0, "3...3...3...3..."),
            Lane("snare", 0.5, "..?...?.....?.?."),
        ),
        (
            Lane("ride", 0.0, "8...8.6.7.5.8.6."),
            Lane("pedal", 0.0, "....7.......7..."),
            Lane("rim", 0.0, "............6..."),
            Lane("snare", 0.6, "......?...?.....?...?.....?...?."),
            Lane("kick", 0.6, "....?.....?....."),
        ),
    ),
    fills=(
        (
            Lane("snare", 0.0, "....4...5.6.7.8."),
            Lane("ride", 0.0, "7...8.6........."),
            Lane("tom2", 0.0, "..........5.6..."),
        ),
        (
            Lane("snare", 0.0, "..5.6...5......."),
            Lane("tom1", 0.0, "........6.6....."),
            Lane("tom3", 0.0, "............7.7."),
            Lane("pedal", 0.0, "....7.......7..."),
        ),
    ),
)

DRUM_AND_BASS = Style(
    name="dnb",
    tempo_bpm=(170, 176),
    minor=("Im9 bVImaj7 IVm9 Vm7", "Im7 bVII bVImaj7 Vm7", "Im9 IVm9 bVImaj9 bVII", "bVImaj7 bVII Im7 Im7"),
    major=("Imaj7 VIm9 IVmaj9 V", "VIm9 IVmaj7 Imaj7 Vsus4"),
    chord_beats=8,
    phrase_bars=8,
    jitter_ms=1.0,
    core=("drums", "bass", "pad"),
    parts=(
        Part("drums", "drums", (16, 0, 8), velocity=108, volume=125, reverb=14),
        Part(
            "bass",
            "line",
            (38, 87, 39),
            (
                "R-----R-..R---O-R-----R-..F---L-",
                "R---------R-..R-R-------..R-O-F-",
                "R-R-..R---..R-..R-R-..O---..F-R-",
            ),
            0.25,
            26,
            43,
            108,
            volume=90,
            reverb=0,
            gate=0.9,
        ),
        Part("pad", "pad", (89, 95, 50, 91), low=57, high=77, velocity=70, pan=56, volume=76, reverb=90),
        Part(
            "stabs",
            "line",
            (4, 81, 11, 62),
            ("X.....X.....X...", "..X...........X.X.....X.........", "......X...X....."),
            0.25,
            60,
            80,
            84,
            pan=80,
            volume=84,
            reverb=90,
            gate=0.8,
        ),
        Part(
            "lead",
            "line",
            (98, 80, 8),
            ("0..2..4..3..1.2.", "4.3.2.0.....2.3.", "0.2.4.2.0.2.4.2."),
            0.25,
            70,
            93,
            70,
            pan=40,
            volume=80,
            reverb=100,
        ),
    ),
    forms=(
        (Scene("A", 0.6), Scene("A", 0.8, "stabs"), Scene("B", 1.0, "lead"), Scene("A", 1.0, "stabs lead")),
        (
            Scene("A", 0.7, "lead"),
            Scene("A", 1.0, "stabs"),
            Scene("B", 0.7, "lead"),
            Scene("B", 1.0, "stabs lead"),
        ),
    ),
    grooves=(
        (
            Lane("kick", 0.0, "9.........8....."),
            Lane("snare", 0.0, "....9.......9..."),
            Lane("ghost", 0.5, ".......3.3....2."),
            Lane("hat", 0.0, "6.5.6.5.6.5.6.5."),
            Lane("ride", 0.9, "5...5...5...5..."),
        ),
        (
            Lane("kick", 0.0, "9.9.......89....9.9.......8....."),
            Lane("snare", 0.0, "....9.......9.......9.......9..4"),
            Lane("ghost", 0.6, ".......3.2.....3.......3.2...3.."),
            Lane("hat", 0.0, "5353535353535353"),
        ),
        (
            Lane("kick", 0.0, "9.....8...8.....9..8......8....."),
            Lane("snare", 0.0, "....9.......9.......9..5....9..."),
            Lane("hat", 0.0, "6.646.646.646.64"),
            Lane("open", 0.9, "..............6."),
        ),
    ),
    fills=(
        (
            Lane("snare", 0.0, "....9..6.66.9.99"),
            Lane("kick", 0.0, "9.9.......8....."),
            Lane("hat", 0.0, "6.5.6.5.6.5....."),
        ),
        (Lane("snare", 0.0, "5.6.9.6.77.89.9."), Lane("kick", 0.0, "9.........8.....")),
    ),
)

FOLK = Style(
    name="folk",
    tempo_bpm=(88, 112),
    minor=("Im bVII bVI bVII", "Im bIII bVII IVm", "Im IVm bVII Im", "Im bVI bIII bVII"),
    major=("I IV I V", "I V VIm IV", "I IIIm IV V", "Iadd9 IV VIm V", "I bVII IV I"),
    jitter_ms=7.0,
    core=("guitar",),
    parts=(
        Part(
            "guitar",
            "line",
            (25, 24),
            ("R4 . 2 3 F 4 2 3 R 3 2 4 F 3 2 .", "R 2 F 3 R4 2 F 3", "R . 3 2 F 4 3 2", "R4 2 3 4 F 3 2 3"),
            0.5,
            40,
            72,
            78,
            pan=52,
            volume=108,
            reverb=30,
            ring=True,
        ),
        Part(
            "bass",
            "line",
            (32,),
            ("R---F---", "R---R-F-", "R-----L-"),
            0.5,
            28,
            47,
            74,
            volume=118,
            reverb=15,
            gate=0.9,
        ),
        Part(
            "melody",
            "melody",
            (73, 22, 110, 74, 21),
            (
                "x-xxx-x-x---....",
                "x--xx-x-x-x-----",
                "xxx-x---xxx-x---",
                "x---xxx-x-----..",
                "..x-xxx-x-x-x---",
            ),
            0.5,
            65,
            86,
            80,
            pan=80,
            volume=80,
            reverb=50,
            gate=0.92,
        ),
        Part(
            "strum",
            "line",
            (25,),
            ("X.x.xXx.", "X..xX.xx", "X.xxX.xx"),
            0.5,
            52,
            74,
            60,
            pan=92,
            volume=76,
            reverb=30,
            gate=0.9,
        ),
    ),
    forms=(
        (
            Scene("A", 0.4),
            Scene("A", 0.6, "bass melody"),
            Scene("B", 0.8, "bass melody strum"),
            Scene("A", 0.5, "bass"),
        ),
        (
            Scene("A", 0.5, "melody"),
            Scene("B", 0.6, "bass"),
            Scene("A", 0.7, "bass melody"),
            Scene("B", 0.9, "bass melody strum"),
        ),
        (
            Scene("A", 0.6, "bass"),
            Scene("A", 0.6, "bass melody"),
            Scene("B", 0.4),
            Scene("A", 0.8, "bass strum melody"),
        ),
    ),
)

CINEMATIC = Style(
    name="cinematic",
    tempo_bpm=(84, 104),
    minor=("Im bVI bIII bVII", "Im bVI IVm V", "Im bIII bVII IVm", "Im bVII bVI V", "Im IVm bVI bVII"),
    major=("I bVII IV I", "VIm IV I V"),
    phrase_bars=4,
    jitter_ms=6.0,
    core=("ostinato", "low-strings", "strings"),
    parts=(
        Part(
            "ostinato",
            "line",
            (48, 45, 49),
            ("R.RR", "R.FR.FR.", "0.12.10.", "RRFORRFO", "0021002100320021"),
            0.25,
            50,
            74,
            92,
            pan=44,
            volume=112,
            reverb=60,
            gate=0.8,
        ),
        Part(
            "low-strings",
            "line",
            (48, 43, 42),
            ("R" + "-" * 15, "R-------R---R---"),
            0.25,
            31,
            48,
            94,
            pan=84,
            volume=116,
            reverb=55,
        ),
        Part("strings", "pad", (48, 49), low=55, high=79, velocity=80, pan=54, volume=92, reverb=75),
        Part("brass", "pad", (61, 60, 57), low=46, high=67, velocity=86, pan=76, volume=92, reverb=75),
        Part(
            "theme",
            "melody",
            (60, 48, 56),
            ("x-----x-x-------", "x---x---x-----x-", "x-------x---x---", "x---x-x-x-------"),
            0.25,
            62,
            82,
            98,
            pan=60,
            volume=90,
            reverb=80,
            gate=1.0,
        ),
        Part(
            "timpani",
            "line",
            (47,),
            ("R.......R...R.R.", "R...........R.RR", "R.....R.R......."),
            0.25,
            38,
            50,
            96,
            volume=120,
            reverb=65,
            ring=True,
        ),
        Part("choir", "pad", (52, 53), low=60, high=81, velocity=80, volume=84, reverb=100),
    ),
    forms=(
        (
            Scene("A", 0.5),
            Scene("A", 0.65, "timpani theme"),
            Scene("B", 0.8, "brass timpani"),
            Scene("A", 1.0, "brass theme timpani choir"),
        ),
        (
            Scene("A", 0.6, "theme"),
            Scene("B", 0.7, "brass"),
            Scene("A", 1.0, "brass theme timpani"),
            Scene("B", 0.6, "choir"),
        ),
        (
            Scene("A", 0.9, "timpani brass"),
            Scene("A", 1.0, "timpani brass theme"),
            Scene("B", 0.6, "choir theme"),
            Scene("A", 0.9, "brass timpani"),
        ),
    ),
)

MALLETS = Style(
    name="mallets",
    tempo_bpm=(112, 132),
    minor=("Im9 bIIImaj7 IVm9 bVImaj7", "Im7 bVII bVImaj7 bVII", "Im7 IVm7 Im7 Vm7"),
    major=("Iadd9 IVmaj7 Iadd9 VIm7", "Imaj7 IIIm7 VIm7 IVmaj7", "I Vsus4 IVadd9 I", "I6 IIm7 IVmaj7 Vsus2"),
    chord_beats=8,
    phrase_bars=8,
    jitter_ms=3.0,
    core=("marimba", "second-marimba"),
    parts=(
        Part(
            "marimba",
            "line",
            (12,),
            ("0.2.1.3.2.4.", "02.13.2.04.2.3.1", "0.12.3.42.1.", "0213.2.0213.24.3"),
            0.25,
            57,
            81,
            88,
            pan=40,
            volume=102,
            reverb=35,
        ),
        Part(
            "second-marimba",
            "line",
            (12, 108),
            ("R..F.O..F.", ".0.2.1.2", "R.0.F.1.O.2.", ".2.0.1.3.0.2.1.0"),
            0.25,
            45,
            69,
            78,
            pan=88,
            volume=118,
            reverb=35,
        ),
        Part(
            "vibraphone",
            "line",
            (11,),
            ("X-------x-------", "x...x.....x.....", "0-----2-----3---"),
            0.25,
            60,
            81,
            66,
            volume=108,
            reverb=60,
            ring=True,
        ),
        Part(
            "glockenspiel",
            "line",
            (9, 13, 10),
            ("4.......2...3...", "0...2...4...", "..4..3..2..4...."),
            0.25,
            76,
            98,
            62,
            pan=100,
            volume=98,
            reverb=60,
        ),
        Part(
            "bass-marimba",
            "line",
            (12,),
            ("R.....R...F.....", "R...R.....O.F..."),
            0.25,
            36,
            52,
            92,
            volume=122,
            reverb=30,
            ring=True,
        ),
    ),
    forms=(
        (
            Scene("A", 0.5),
            Scene("A", 0.6, "bass-marimba"),
            Scene("B", 0.75, "bass-marimba vibraphone"),
            Scene("A", 0.9, "bass-marimba vibraphone glockenspiel"),
        ),
        (
            Scene("A", 0.6, "vibraphone"),
            Scene("A", 0.8, "vibraphone glockenspiel"),
            Scene("B", 0.6, "bass-marimba"),
            Scene("B", 0.9, "bass-marimba glockenspiel"),
        ),
        (
            Scene("A", 0.7, "bass-marimba"),
            Scene("B", 0.7, "glockenspiel"),
            Scene("A", 0.9, "bass-marimba vibraphone glockenspiel"),
            Scene("A", 0.5),
        ),
    ),
)

POCKET = (AMBIENT, HOUSE, PIANO, JAZZ, DRUM_AND_BASS, FOLK, CINEMATIC, MALLETS)
