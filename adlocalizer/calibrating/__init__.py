"""Pictures of a product, right and wrong, made from its own shot, and the limits that tell them apart."""
