"""Several hub processes of each kind on one machine, killed on the way: nothing lost or double, in order."""
