"""The published figures: what they mean, how they are counted, when they are withheld."""
