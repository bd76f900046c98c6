"""The illustrator: paints a city scene around a real product from a request's facts, offline, always the same."""
