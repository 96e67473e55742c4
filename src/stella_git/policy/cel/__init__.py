"""CEL: expressions that are compiled, bounded and explained."""
