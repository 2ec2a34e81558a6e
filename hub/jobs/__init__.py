"""Work that nobody waits for: a table of jobs, the same on both engines, and the process that does them.

Ask for work inside the transaction that makes it necessary::

    enqueue(connection, NewJob("webhook-delivery", {"delivery_id": delivery_id}), now)

and name who does it in `hub.jobs.bootstrap.handlers`: a function of `Services` and the job's arguments. It
may run twice (a worker may die after the work and before saying so), so it has to be harmless to repeat. A
failure is tried again with growing waits, then kept as dead with its reason.
"""
