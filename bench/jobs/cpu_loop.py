"""A loop that computes and keeps nothing: five bodies pull at each other. Its floats live for one step and come from Python's
own list of free ones, so next to nothing is allocated: what a profiler costs here, it costs everywhere.

usage: cpu_loop.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import sys
from math import sqrt

STEPS = 1_700_000
BODIES = [
    # x, y, z, velocity x, y, z, mass
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.5],
    [4.84, -1.16, -0.10, 0.61, 2.81, -0.02, 0.038],
    [8.34, 4.12, -0.40, -1.01, 1.82, 0.01, 0.011],
    [12.9, -15.1, -0.22, 1.08, 0.87, -0.01, 0.0017],
    [15.4, -25.9, 0.18, 0.98, 0.59, -0.03, 0.0020],
]


def advance(bodies, pairs, dt):
    for a, b in pairs:
        dx = a[0] - b[0]
        dy = a[1] - b[1]
        dz = a[2] - b[2]
        squared = dx * dx + dy * dy + dz * dz
        pull = dt / (squared * sqrt(squared))
        a[3] -= dx * b[6] * pull
        a[4] -= dy * b[6] * pull
        a[5] -= dz * b[6] * pull
        b[3] += dx * a[6] * pull
        b[4] += dy * a[6] * pull
        b[5] += dz * a[6] * pull
    for body in bodies:
        body[0] += dt * body[3]
        body[1] += dt * body[4]
        body[2] += dt * body[5]


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    pairs = [(BODIES[i], BODIES[j]) for i in range(5) for j in range(i + 1, 5)]
    for _ in range(round(STEPS * size)):
        advance(BODIES, pairs, 0.001)
    print(f"{sum(body[0] for body in BODIES):.9f}")


if __name__ == "__main__":
    main()
