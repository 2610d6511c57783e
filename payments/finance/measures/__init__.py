"""The definitions of reports about supporters: pure rules over plain values, which queries feed."""
