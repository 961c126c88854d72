"""What doors read: everything through the gate, told to the audit before it leaves."""
