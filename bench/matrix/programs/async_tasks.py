"""Tasks, asynchronous generators, a task that is cancelled, and an executor."""
import asyncio
import random
import sys

dice = random.Random(int(sys.argv[1]))


async def ticks(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield [i] * 10


async def task(n):
    return sum([len(x) async for x in ticks(n)])


def work(n):
    return len([bytes(i % 700) for i in range(n)])


async def main():
    loop = asyncio.get_running_loop()
    forgotten = asyncio.ensure_future(asyncio.sleep(60))
    jobs = [loop.run_in_executor(None, work, dice.randrange(3000)) for _ in range(6)]
    tasks = [asyncio.ensure_future(task(dice.randrange(100))) for _ in range(20)]
    print(sum(await asyncio.gather(*tasks)), sum(await asyncio.gather(*jobs)))
    forgotten.cancel()
    try:
        await forgotten
    except asyncio.CancelledError:
        print("cancelled")


asyncio.run(main())
