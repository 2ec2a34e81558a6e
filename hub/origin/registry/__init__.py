"""The contract that member states keep together: its source, what it was built to, where its values lie."""
