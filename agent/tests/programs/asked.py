"""Objects of every size that come, grow, shrink and go: the same in every run."""


class Chance:
    """Not the library's: that would bring OpenSSL, whose requests differ from run to run."""

    state = 7

    def randrange(self, low, high=None):
        if high is None:
            low, high = 0, low
        self.state = self.state * 6364136223846793005 % 2**64 + 1442695040888963407
        return low + (self.state >> 33) % (high - low)


chance = Chance()
kept = []
for i in range(60000):
    kind = i % 4
    if kind == 0:
        kept.append({j: "%d" % j for j in range(chance.randrange(40))})
    elif kind == 1:
        kept.append(bytearray(chance.randrange(1, 1500)))
    elif kind == 2:
        some = kept[chance.randrange(len(kept))]
        if isinstance(some, bytearray):
            del some[chance.randrange(1, 600):]
            some.extend(bytes(chance.randrange(0, 900)))
    else:
        kept.append([None] * chance.randrange(100))
    if len(kept) > 3000:
        del kept[: chance.randrange(1, 2000)]
print(len(kept), sum(map(len, kept)))
