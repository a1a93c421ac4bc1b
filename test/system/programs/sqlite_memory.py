"""A database in memory: allocated by a C library, not by Python."""

import sqlite3

from own_peak import print_own_peak

database = sqlite3.connect(":memory:")
database.execute("create table words (id integer primary key, word text)")
database.executemany("insert into words (word) values (?)", (("word %d" % i * 10,) for i in range(60_000)))
database.execute("create index by_word on words (word)")
print_own_peak()
