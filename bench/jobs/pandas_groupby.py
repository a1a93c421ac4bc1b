"""pandas: a table of sales with text columns is grouped, merged with a table of shops, pivoted, written as CSV and read back.

usage: pandas_groupby.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import io
import sys

import numpy as np
import pandas as pd

NUM_ROWS = 120_000
NUM_SHOPS = 400
ROUNDS = 42
CSV_ROWS = 30_000


def make_tables(rows):
    rng = np.random.default_rng(0)
    sales = pd.DataFrame(
        {
            "shop": rng.integers(0, NUM_SHOPS, rows),
            "article": np.char.add("article-", rng.integers(0, 2000, rows).astype(str)),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"),
            "price": rng.gamma(2.0, 20.0, rows).round(2),
            "count": rng.integers(1, 9, rows),
        }
    )
    shops = pd.DataFrame(
        {
            "shop": np.arange(NUM_SHOPS),
            "city": [f"city-{i % 60}" for i in range(NUM_SHOPS)],
            "size": rng.integers(50, 900, NUM_SHOPS),
        }
    )
    return sales, shops


def run_round(sales, shops):
    sales = sales.assign(total=sales["price"] * sales["count"], month=sales["day"].dt.month)
    merged = sales.merge(shops, on="shop", how="left")
    by_city = merged.groupby(["city", "month"])["total"].agg(["sum", "mean", "count"]).reset_index()
    pivot = by_city.pivot(index="city", columns="month", values="sum").fillna(0.0)
    best = merged.sort_values("total", ascending=False).groupby("article").head(3)
    labels = best["article"].str.upper() + "/" + best["city"]
    text = merged.head(CSV_ROWS).to_csv(index=False)
    again = pd.read_csv(io.StringIO(text), parse_dates=["day"])
    return float(pivot.to_numpy().sum()) + len(labels.unique()) + float(again["total"].sum())


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    sales, shops = make_tables(NUM_ROWS if size >= 0.1 else NUM_ROWS // 10 if size > 0 else 0)
    rounds = max(1, round(ROUNDS * size)) if size > 0 else 0
    print(f"{sum(run_round(sales, shops) for _ in range(rounds)):.2f}")


if __name__ == "__main__":
    main()
