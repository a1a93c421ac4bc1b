"""Memory that rises by 2 MiB and some objects, and falls again, 2000 times: nothing is new but the first of them."""
for turn in range(2000):
    rows = ["row %d" % i for i in range(5000)]
    block = bytearray(b"x") * (2 << 20)
    del block, rows
