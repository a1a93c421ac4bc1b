"""ndarray.resize moves the array to a new size; the line that resized it holds it."""

import numpy

from known import tell

array = numpy.ones(4_000_000)  # [made]
for count in (8_000_000, 16_000_000, 24_000_000):
    array.resize(count)  # [resized]
    array[count // 2 :] = 3
array.resize(20_000_000)  # [shrunk]
more = numpy.ones(8_000_000)  # [more]
print(array.sum(), more.sum())
tell(held={"made": 0, "resized": 0, "shrunk": 160_000_000, "more": 64_000_000})
