"""The finance desk: reports and their exports."""
