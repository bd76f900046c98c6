"""Pictures of a product, right and wrong, made from its own shot: what a judge is tested with."""
