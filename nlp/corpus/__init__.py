"""The labelled corpus: what its lines are, how it is split, checked and described."""
