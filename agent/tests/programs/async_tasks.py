"""asyncio tasks, async generators, and a thread pool."""
import asyncio
from concurrent.futures import ThreadPoolExecutor


def work(n):
    return sum(len(str(i) * 5) for i in range(n))


async def ticks(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield [i] * 10


async def task(n):
    return sum([len(x) async for x in ticks(n)])


async def main():
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(4) as pool:
        jobs = [loop.run_in_executor(pool, work, 20000) for _ in range(8)]
        tasks = [asyncio.ensure_future(task(400)) for _ in range(20)]
        print(sum(await asyncio.gather(*tasks)), sum(await asyncio.gather(*jobs)))


asyncio.run(main())
