"""Object churn: a shop's day in plain Python. Classes with attributes, dictionaries, lists and short strings that are made,
looked up and thrown away by the thousand, beside a table of customers that stays.

usage: object_churn.py [SIZE]      1 is the whole job, 0 only what is needed to start
"""

import sys

NUM_CUSTOMERS = 40_000
DAYS = 62
ORDERS_PER_DAY = 12_000


class Item:
    def __init__(self, name, price, count):
        self.name = name
        self.price = price
        self.count = count

    def total(self):
        return self.price * self.count


class Order:
    def __init__(self, number, customer, items):
        self.number = number
        self.customer = customer
        self.items = items
        self.labels = {"number": str(number), "customer": customer, "kind": "web" if number % 3 else "shop"}

    def total(self):
        return sum(item.total() for item in self.items)


def make_order(number):
    customer = f"customer-{number * 7919 % NUM_CUSTOMERS}"
    items = [Item(f"article-{number % 97}-{i}", 1.5 + (number + i) % 50, 1 + i % 3) for i in range(1 + number % 4)]
    return Order(number, customer, items)


def run_day(day, customers):
    orders = [make_order(day * ORDERS_PER_DAY + i) for i in range(ORDERS_PER_DAY)]
    by_customer = {}
    for order in orders:
        by_customer.setdefault(order.customer, []).append(order)
    for customer, own in by_customer.items():
        record = customers[customer]
        record["orders"] += len(own)
        record["spent"] += sum(order.total() for order in own)
        record["last"] = ",".join(order.labels["number"] for order in own)
    return len(by_customer)


def main():
    size = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    count = NUM_CUSTOMERS if size > 0 else 0
    customers = {f"customer-{i}": {"orders": 0, "spent": 0.0, "last": ""} for i in range(count)}
    seen = sum(run_day(day, customers) for day in range(round(DAYS * size)))
    print(seen, f"{sum(record['spent'] for record in customers.values()):.2f}")


if __name__ == "__main__":
    main()
