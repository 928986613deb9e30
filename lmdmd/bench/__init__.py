"""``lmdmd bench``: what this machine can do, measured here and now.

Figures come from whole runs of the real parts; nothing is extrapolated. What is compared is timed in turns, so that
whatever else the machine does falls on all alike.
"""
