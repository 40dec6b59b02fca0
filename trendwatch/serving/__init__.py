"""One process that runs for months: an alarm clock that wakes rounds, a lock, signals, events, health.

The alarm only wakes; what is due is worked out from the store each time (`scheduler.due`, `periods.due_week`, `owed`), so a
restart forgets nothing and a sleep is caught up once. Only one process at a time works on a store (`lock`), and in it only one
round at a time.
"""
