"""Words that a row of text takes: of its form, where it has one."""

from lmdmd.params import Param

WORDS = {
    "": ("warm dub techno", "slow piano"),
    "chord": ("Am7", "C/G"),
    "key": ("A minor", "F# major"),
    "progression": ("Am | F", "C"),
    "prime": ("tape 8", "input 2.5"),
}


def words_of(param: Param) -> tuple[str, str]:
    """Two values of a row of text, each as it is kept."""
    return WORDS[param.form]
