"""One alert per subject and crossing: raised, stored with its evidence, answered."""
